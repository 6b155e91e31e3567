import { builtin, callSoon } from './platform.ts';

/** An output of the process. */
export type OutputName = 'stdout' | 'stderr';

/** The parts of `process.stdout` for drawing on a terminal and for writing. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly writableLength?: number | undefined;
  write?(text: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
  on?(event: 'error', listener: () => void): unknown;
  removeListener?(event: 'error', listener: () => void): unknown;
}

const FDS: Readonly<Record<OutputName, number>> = { stdout: 1, stderr: 2 };

/** How long a full pipe may hold back the application, in milliseconds. */
const MOST_WAIT_MS = 250;
const STEP_MS = 5;

const host = (globalThis as { process?: Partial<Record<OutputName, OutputStream>> }).process;

/** Outputs with a full pipe and no reader: the next text gets no time, and waits in the stream. */
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
 * replaced by the application is called: the application collects the output. Text that waits in the stream comes first.
 */
export function writeOutput(name: OutputName, text: string): void {
  const stream = outputStream(name);
  const fs = builtin('node:fs');
  try {
    if (fs === undefined || Object.hasOwn(stream, 'write') || (stream.writableLength ?? 0) > 0)
      writeToStream(stream, text);
    else {
      const rest = writeBytes(fs, name, new TextEncoder().encode(text));
      if (rest.length > 0) writeToStream(stream, rest);
    }
  } catch {
    // EPIPE, EBADF: nobody reads
  }
}

/** Writes a line to stderr; without stderr to `console.error`. */
export function writeLine(line: string): void {
  if (outputStream('stderr').write === undefined) console.error(line);
  else writeOutput('stderr', `${line}\n`);
}

/** Writes to the file descriptor, and returns the bytes for which a full pipe has no room. */
function writeBytes(fs: typeof import('node:fs'), name: OutputName, bytes: Uint8Array): Uint8Array {
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
        return bytes.subarray(written);
      }
      waited += STEP_MS;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STEP_MS);
    }
  }
  return bytes.subarray(written);
}

/** Writes without an answer so far, by stream, and the listener of the streams. Shared by all copies of the package. */
interface Writes {
  readonly pending: Map<OutputStream, number>;
  readonly ignore: () => void;
}
const WRITES = Symbol.for('@x/llm-otel.writes');
const scope = globalThis as { [WRITES]?: Writes };

/** Writes to the stream, with a listener of the `error` event until the stream has taken or refused the text. */
function writeToStream(stream: OutputStream, text: string | Uint8Array): void {
  scope[WRITES] ??= { pending: new Map(), ignore: () => {} };
  const { pending, ignore } = scope[WRITES];
  if (!pending.has(stream)) stream.on?.('error', ignore);
  pending.set(stream, (pending.get(stream) ?? 0) + 1);
  const written = (): void => {
    const left = (pending.get(stream) ?? 1) - 1;
    if (left > 0) pending.set(stream, left);
    else {
      pending.delete(stream);
      stream.removeListener?.('error', ignore);
    }
  };
  // The event comes after the answer.
  stream.write?.(text, (error) => (error ? callSoon(written) : written()));
}
