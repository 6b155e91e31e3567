import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Largest configuration file in bytes. */
const MOST_BYTES = 1_048_576;

/** A text, or why there is none. */
export type TextOrProblem = { readonly text: string } | { readonly problem: string };

const CODES: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EACCES: 'the file may not be read by this user',
  ENOTDIR: 'a part of the path is no directory',
  ELOOP: 'the path is a circle of links',
};

/**
 * Reads a regular file of at most {@link MOST_BYTES}. Pipes and devices are not opened: a pipe without a writer would hold
 * the process for ever. The file is opened without waiting, because the path may have become a pipe since the look.
 */
export function readConfigText(path: string): TextOrProblem {
  let file: number | undefined;
  try {
    if (!statSync(path).isFile()) return { problem: 'it is no regular file; expected a YAML or JSON file' };
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!fstatSync(file).isFile()) return { problem: 'it is no regular file; expected a YAML or JSON file' };
    const bytes = readAtMost(file, MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) return { problem: `the file is too large; expected at most ${MOST_BYTES} bytes` };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    const { code = 'it is not UTF-8' } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { problem: 'the text is broken; expected UTF-8' };
    return { problem: `${CODES[code] ?? `the file cannot be read (${code})`}; expected a YAML or JSON file` };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function readAtMost(file: number, most: number): Uint8Array {
  const bytes = new Uint8Array(most);
  let length = 0;
  while (length < most) {
    const read = readSync(file, bytes, length, most - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}
