/** Modules of the user that a configuration names. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ModuleName } from '../config/sdk/module-name.ts';

const NEEDS_IMPORT: ReadonlySet<string | undefined> = new Set(['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE']);

/** The file of a module. Throws if there is none. */
export function fileOfModule({ module, from }: ModuleName): string {
  if (module.startsWith('file:')) return fileURLToPath(module);
  const path = resolve(from, module);
  return existsSync(path) ? path : createRequire(join(from, 'index.js')).resolve(module);
}

/** The exports of a module, of CommonJS or ESM. A promise only where the module cannot be loaded at once: an `exit` listener cannot wait. */
export function loadModule(name: ModuleName): unknown {
  const file = fileOfModule(name);
  try {
    return createRequire(file)(file);
  } catch (error) {
    if (!NEEDS_IMPORT.has((error as NodeJS.ErrnoException).code)) throw error;
    return import(pathToFileURL(file).href);
  }
}
