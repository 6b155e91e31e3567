import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ExporterFactory } from '../../config/start/registered-exporters.ts';

/** A module of the user as a configuration names the module. */
export interface ModuleName {
  /** A path, a `file:` URL, or the name of a package. */
  readonly module: string;
  /** Folder from which paths and packages are searched. */
  readonly from: string;
}

const NEEDS_IMPORT: ReadonlySet<string | undefined> = new Set(['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE']);

/** The file of a module. Throws if there is none. */
export function fileOfModule({ module, from }: ModuleName): string {
  if (module.startsWith('file:')) return fileURLToPath(module);
  const path = resolve(from, module);
  return existsSync(path) ? path : createRequire(join(from, 'index.js')).resolve(module);
}

/** The default export of a module. A promise only where the module cannot be loaded at once: an `exit` listener cannot wait. */
export function loadFactory(name: ModuleName): ExporterFactory | Promise<ExporterFactory> {
  const file = fileOfModule(name);
  try {
    return factoryIn(createRequire(file)(file), file);
  } catch (error) {
    if (!NEEDS_IMPORT.has((error as NodeJS.ErrnoException).code)) throw error;
    return import(pathToFileURL(file).href).then((namespace: unknown) => factoryIn(namespace, file));
  }
}

/** A module of CommonJS may export the function itself, or as `default`, also twice where a compiler has made the module. */
function factoryIn(namespace: unknown, file: string): ExporterFactory {
  let found = namespace;
  for (let depth = 0; depth < 2 && typeof found === 'object' && found !== null; depth++)
    found = (found as { readonly default?: unknown }).default;
  if (typeof found !== 'function') throw new TypeError(`${file} has no function as its default export`);
  return found as ExporterFactory;
}
