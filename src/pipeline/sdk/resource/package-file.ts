import { dirname, join } from 'node:path';
import { readRegularFile } from '../../../runtime/files/read-file.ts';
import { workingDirectory } from '../../../runtime/files/working-directory.ts';

/** Most folders that are searched for a package.json, from the main file of the application upwards. */
const MOST_LEVELS = 6;
/** Largest package.json that is read. */
const MOST_BYTES = 1024 * 1024;

/** The used part of a package.json. */
export interface PackageFile {
  readonly name: string;
  readonly version: string | undefined;
}

/** The package.json with a name that is nearest to the main file of the application. */
export function nearestPackage(): PackageFile | undefined {
  const main = process.argv[1];
  // The main file of a framework's command belongs to the framework; the application is in the working directory.
  let folder: string | undefined =
    main === undefined || main.includes('node_modules') ? workingDirectory() : dirname(main);
  for (let level = 0; level < MOST_LEVELS && folder !== undefined; level++) {
    const found = packageAt(join(folder, 'package.json'));
    if (found !== undefined) return found;
    const parent: string = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return undefined;
}

/** Undefined without a file or a name. */
function packageAt(path: string): PackageFile | undefined {
  const file = readRegularFile(path, MOST_BYTES);
  if ('problem' in file) return undefined;
  try {
    const { name, version } = JSON.parse(file.bytes.toString('utf8')) as { name?: unknown; version?: unknown };
    if (typeof name !== 'string' || name === '') return undefined;
    return { name, version: typeof version === 'string' && version !== '' ? version : undefined };
  } catch {
    return undefined; // no JSON
  }
}
