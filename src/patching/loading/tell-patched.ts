import { readRegularFile } from '../../runtime/files/read-file.ts';
import { info, isLogged } from '../../runtime/log.ts';

const told = new Set<string>();
/** Largest package.json that is read. */
const MOST_BYTES = 1024 * 1024;

/** A patched file of an SDK. */
export interface PatchedFile {
  readonly module: string;
  /** The path or URL of the file. */
  readonly location: string | undefined;
  /** Names of all wrapped methods of the SDK. */
  methods(): readonly string[];
}

/** Most files in the list: an application with more copies of SDKs needs no longer list. */
const MOST_FILES = 100;
const patched: PatchedFile[] = [];

/** Keeps a patched file for a report about the process. */
export function notePatched(file: PatchedFile): void {
  if (patched.length < MOST_FILES) patched.push(file);
}

/** The patched files, first patched first, each with the version of the SDK. */
export function patchedFiles(): readonly (PatchedFile & {
  readonly version: string | undefined;
  readonly isEsm: boolean;
})[] {
  return patched.map((file) => {
    const { module, location } = file;
    const isEsm = location?.startsWith('file:') === true;
    const path = location !== undefined && isEsm ? pathOf(location) : location;
    return { ...file, isEsm, version: path === undefined ? undefined : versionOf(module, path) };
  });
}

/** Prints one line for each copy of an SDK that is recorded, if the level is `info`. `location`: the path or URL of the patched file. */
export function tellPatched(module: string, location: string | undefined): void {
  if (!isLogged('info')) return;
  const esm = location?.startsWith('file:') === true;
  const version = location === undefined ? undefined : versionOf(module, esm ? pathOf(location) : location);
  const format = location === undefined ? '' : esm ? ' (ESM)' : ' (CommonJS)';
  const line = `${module}${version === undefined ? '' : ` ${version}`}${format} is recorded.`;
  if (!told.has(line)) info(line);
  told.add(line);
}

/** The version in the package.json of `module` above `path`. */
function versionOf(module: string, path: string): string | undefined {
  const folder = module.replaceAll('/', '[\\\\/]');
  const root = new RegExp(`^.*[\\\\/]node_modules[\\\\/]${folder}[\\\\/]`).exec(path)?.[0];
  if (root === undefined) return undefined;
  const file = readRegularFile(`${root}package.json`, MOST_BYTES);
  try {
    const { version } = 'bytes' in file ? (JSON.parse(file.bytes.toString('utf8')) as { version?: unknown }) : {};
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined; // no JSON
  }
}

/** The path of a file URL. Not by node:url: bundles for browsers hold this file. */
const pathOf = (url: string): string => decodeURIComponent(new URL(url).pathname).replace(/^\/(?=[A-Za-z]:)/, '');
