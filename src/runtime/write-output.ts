import { builtin } from './platform.ts';

/** An output of the process. */
export type OutputName = 'stdout' | 'stderr';

/** The parts of `process.stdout` for drawing on a terminal. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write?(text: string): unknown;
}

const FDS: Readonly<Record<OutputName, number>> = { stdout: 1, stderr: 2 };

/** How long a full pipe may hold back the application, in milliseconds. */
const MOST_WAIT_MS = 250;
const STEP_MS = 5;

const host = (globalThis as { process?: Partial<Record<OutputName, OutputStream>> }).process;

/** Outputs with a full pipe and no reader: the next text gets no time. */
const stuck = new Set<OutputName>();

/** The stream of an output; empty in a runtime without. */
export function outputStream(name: OutputName): OutputStream {
  try {
    return host?.[name] ?? {};
  } catch {
    return {}; // Node throws for a descriptor of an unknown type
  }
}

/**
 * Writes to an output of the process and never throws. A stream without a reader emits `error`, and without a listener
 * the event ends the process; so the text goes to the file descriptor, where the error is a return value. A `write`
 * replaced by the application is called: the application collects the output.
 */
export function writeOutput(name: OutputName, text: string): void {
  const stream = outputStream(name);
  const fs = builtin('node:fs');
  try {
    if (fs === undefined || Object.hasOwn(stream, 'write')) stream.write?.(text);
    else writeBytes(fs, name, new TextEncoder().encode(text));
  } catch {
    // EPIPE, EBADF: nobody reads
  }
}

/** Writes a line to stderr; without stderr to `console.error`. */
export function writeLine(line: string): void {
  if (outputStream('stderr').write === undefined) console.error(line);
  else writeOutput('stderr', `${line}\n`);
}

function writeBytes(fs: typeof import('node:fs'), name: OutputName, bytes: Uint8Array): void {
  let written = 0;
  let waited = stuck.has(name) ? MOST_WAIT_MS : 0;
  while (written < bytes.length) {
    try {
      written += fs.writeSync(FDS[name], bytes, written);
      stuck.delete(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      if (waited >= MOST_WAIT_MS) {
        stuck.add(name);
        return;
      }
      waited += STEP_MS;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MS);
    }
  }
}
