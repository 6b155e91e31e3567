import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Folder of the package that holds this command line. The path is the same from `src/cli` and from `dist/cli`. */
export const CLI_PACKAGE = dirname(createRequire(__filename).resolve('../../package.json'));

/** Folder of the copy of this package that the file `from` resolves; the copy of the command line where `from` resolves none. */
export function packageFolder(from: string): string {
  try {
    const folder = dirname(createRequire(from).resolve('@x/llm-otel/package.json'));
    if (existsSync(join(folder, 'dist', 'register.mjs'))) return folder;
  } catch {
    // not installed there
  }
  return CLI_PACKAGE;
}
