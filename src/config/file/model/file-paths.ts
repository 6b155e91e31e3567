import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Section } from './section.ts';

/** The path under `key`, absolute; relative paths begin at the folder of the configuration file. */
export function pathIn(section: Section, key: string): string | undefined {
  const path = section.text(key);
  return path === undefined ? undefined : resolve(section.context.folder, path);
}

/** The module under `key`: an absolute path, or the name of a package. */
export function moduleIn(section: Section, key = 'module'): string {
  const module = section.text(key) ?? '';
  return isAbsolute(module) || /^\.\.?[\\/]/.test(module) ? resolve(section.context.folder, module) : module;
}

/** The bytes of the file under `key`. A file that cannot be read is a problem. */
export function bytesIn(section: Section, key: string): Uint8Array | undefined {
  const path = pathIn(section, key);
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    section.refuse(`the file cannot be read (${code}); expected a file in PEM format`, key);
    return undefined;
  }
}
