import { existsSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EncryptionModule } from '../../pipeline/spool/encryption.ts';
import { checksum, claimName, withoutClaim } from '../../pipeline/spool/file-name.ts';
import * as folder from '../../pipeline/spool/folder.ts';
import { isAlive } from '../../pipeline/spool/processes.ts';
import { UsageError } from '../command.ts';

/** Names of the pipelines in a spool directory. Throws {@link UsageError} if the directory cannot be read. */
export function pipelinesIn(directory: string): string[] {
  if (!existsSync(directory) || !statSync(directory).isDirectory())
    throw new UsageError(`spool: "${directory}" is no directory`);
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Requests of a pipeline that no living process holds, oldest first. */
export function freeFiles(path: string): folder.Listed[] {
  return folder.list(path).filter(({ claimedBy }) => claimedBy === undefined || !isAlive(claimedBy));
}

/** Takes a file, so that no pipeline sends the file too; undefined if another process was faster. */
export function claimFile(path: string, { name }: folder.Listed): string | undefined {
  const claimed = claimName(withoutClaim(name), process.pid);
  return folder.rename(path, name, claimed) ? claimed : undefined;
}

/** Gives a file back. */
export function releaseFile(path: string, claimed: string): void {
  folder.rename(path, claimed, withoutClaim(claimed));
}

/**
 * Plain bytes of a claimed file; undefined if the bytes are not those that the name promises. Throws if an encrypted file
 * cannot be decrypted.
 */
export function readBody(
  path: string,
  claimed: string,
  { length, crc, isEncrypted }: folder.Listed,
  encryption: EncryptionModule | undefined,
): Uint8Array | undefined {
  const bytes = folder.read(path, claimed);
  const body = isEncrypted ? encryption?.decode(bytes) : bytes;
  return body?.length === length && checksum(body) === crc ? body : undefined;
}

/** Removes everything of a pipeline that no living process holds; returns the number of requests. */
export function removeFiles(path: string): number {
  const files = freeFiles(path);
  for (const { name } of files) folder.remove(path, name);
  for (const name of readdirSync(path)) if (/\.(?:bad|tmp)$/.test(name)) folder.remove(path, name);
  try {
    rmdirSync(path);
  } catch {
    // a process holds a file in the folder
  }
  return files.length;
}

/** The folder of a pipeline. */
export const pathOf = (directory: string, pipeline: string): string => join(directory, pipeline);

/** Removes a file that was sent. */
export const removeFile = folder.remove;

/** Puts a broken file aside, as a pipeline does. */
export const putAside = folder.putAside;
