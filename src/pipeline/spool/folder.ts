/** The files of one pipeline. Every function throws what the disk throws. */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type FileName, parseFileName, withoutClaim } from './file-name.ts';

/** Bad files that are kept to be looked at. */
const MOST_BAD = 10;
/** Bits of a mode that let others write. */
const OTHERS_WRITE = 0o022;

/** A file as the folder lists the file. */
export interface Listed extends FileName {
  /** Name with the claim, if there is one. */
  readonly name: string;
}

/** Name of a file without its claim. */
export const plainName = ({ name }: Listed): string => withoutClaim(name);

/** Makes the folder of a pipeline, for its user alone. Returns true if others can write to the directory of all pipelines. */
export function makeFolder(
  directory: string,
  pipeline: string,
  fsync = false,
): { readonly path: string; readonly isOpen: boolean } {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, pipeline);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
  if (fsync) syncFolder(directory);
  return { path, isOpen: process.platform !== 'win32' && (statSync(directory).mode & OTHERS_WRITE) !== 0 };
}

/** All requests of a folder, oldest first. */
export function list(path: string): Listed[] {
  return readdirSync(path)
    .sort()
    .flatMap((name) => {
      const parsed = parseFileName(name);
      return parsed === undefined ? [] : [{ ...parsed, name }];
    });
}

/** Writes a file under `.tmp` and renames the file, so that a name without `.tmp` stands for a whole file. */
export function write(path: string, name: string, bytes: Uint8Array, fsync: boolean): void {
  const temporary = join(path, `${name}.tmp`);
  const file = openSync(temporary, 'w', 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    if (fsync) fsyncSync(file);
  } catch (error) {
    closeSync(file);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(temporary, join(path, name));
  if (fsync) syncFolder(path);
}

/** The name of a new file survives a power loss when the folder is synced. Not every system can sync a folder. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Windows opens no folder
  }
}

/** Time at which a file was written or renamed last, in milliseconds since 1970; undefined if the file is gone. */
export const changedAt = (path: string, name: string): number | undefined =>
  statSync(join(path, name), { throwIfNoEntry: false })?.ctimeMs;

/** Bytes of a file. */
export const read = (path: string, name: string): Uint8Array => readFileSync(join(path, name));

/** Removes a file; a file that is gone already is no error. */
export const remove = (path: string, name: string): void => rmSync(join(path, name), { force: true });

/** Renames a file. False if another process was faster. */
export function rename(path: string, from: string, to: string): boolean {
  try {
    renameSync(join(path, from), join(path, to));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Puts a broken file aside as `.bad`; of these the newest ten are kept. */
export function putAside(path: string, name: string): void {
  rename(path, name, `${withoutClaim(name)}.bad`);
  const bad = readdirSync(path)
    .filter((one) => one.endsWith('.bad'))
    .sort();
  for (const old of bad.slice(0, Math.max(0, bad.length - MOST_BAD))) remove(path, old);
}

/** Names of files that a process has left half written: older than `before` in milliseconds since 1970. */
export function leftOver(path: string, before: number): string[] {
  return readdirSync(path).filter((name) => {
    if (!name.endsWith('.tmp')) return false;
    try {
      return statSync(join(path, name)).mtimeMs < before;
    } catch {
      return false;
    }
  });
}
