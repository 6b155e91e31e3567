import { builtin } from '../platform.ts';

/** The bytes of a file, or the reason why the file cannot be used. */
export type ReadFile = { readonly bytes: Buffer } | { readonly problem: string; readonly code?: string };

/**
 * Reads a file that a user names. Only regular files up to `mostBytes`: a named pipe would block the application until a writer
 * comes, a device such as /dev/zero has no end, and a huge file would fill the memory.
 */
export function readRegularFile(path: string, mostBytes: number): ReadFile {
  const fs = builtin('node:fs');
  if (fs === undefined) return { problem: 'it cannot be read in a runtime without files' };
  let descriptor: number | undefined;
  try {
    // Before the file is opened: the opening alone starts some devices.
    if (!fs.statSync(path).isFile()) return { problem: 'it is not a regular file' };
    // Without O_NONBLOCK the opening would wait for a writer if the file has become a named pipe.
    descriptor = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    const stats = fs.fstatSync(descriptor);
    if (!stats.isFile()) return { problem: 'it is not a regular file' };
    // Files of /proc say that the size is 0, so the size that is read counts.
    const buffer = Buffer.allocUnsafe(Math.min(Math.max(stats.size, 65_536), mostBytes) + 1);
    let size = 0;
    for (let read = -1; read !== 0 && size < buffer.length; size += read)
      read = fs.readSync(descriptor, buffer, size, buffer.length - size, null);
    if (size > mostBytes || stats.size > mostBytes)
      return { problem: `it is larger than ${Math.floor(mostBytes / 1024)} KiB` };
    return { bytes: buffer.subarray(0, size) };
  } catch (error) {
    return { problem: 'it cannot be read', code: (error as NodeJS.ErrnoException).code ?? 'unknown' };
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}
