import { createReadStream, statSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { signalOf } from '../otlp/read-request.ts';
import type { Receive } from '../otlp/receive.ts';

/** A file is looked at again after this time in milliseconds. */
const LOOK_MS = 500;
/** A line without an end: a file that is no text would fill the memory. */
const MOST_LINE_CHARACTERS = 64 * 1024 * 1024;

/** A file that is read now and followed afterwards. */
export interface FollowedFile {
  /** Resolves when everything that is in the file now has been read. */
  readonly read: Promise<void>;
  stop(): void;
}

/**
 * Reads lines of OTLP JSON from a file, and then what is appended to the file; a file that got shorter is read from the start.
 * A packed file (`.gz`) is read once. A line that cannot be read is reported with its number, and left out.
 */
export function followFile(path: string, receive: Receive, report: (message: string) => void): FollowedFile {
  const isPacked = path.endsWith('.gz');
  let at = 0;
  let lines = new LineReader(path, receive, report);
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const readNew = async (): Promise<void> => {
    const { size } = statSync(path);
    if (size < at) {
      at = 0;
      lines = new LineReader(path, receive, report);
    }
    if (size === at) return;
    const bytes = createReadStream(path, { start: at, end: size - 1 });
    at = size;
    await pipeline(bytes, isPacked ? createGunzip() : new PassThrough(), async (chunks) => {
      for await (const chunk of chunks) lines.add(chunk as Buffer);
    });
    lines.takeRest(isPacked);
  };
  const look = (): void => {
    if (isStopped || isPacked) return;
    timer = setTimeout(
      () =>
        void readNew()
          .catch(() => undefined)
          .finally(look),
      LOOK_MS,
    );
    timer.unref();
  };
  return {
    read: readNew().finally(look),
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** Cuts bytes into lines and hands the lines on. */
class LineReader {
  readonly #path: string;
  readonly #receive: Receive;
  readonly #report: (message: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #number = 0;

  constructor(path: string, receive: Receive, report: (message: string) => void) {
    this.#path = path;
    this.#receive = receive;
    this.#report = report;
  }

  add(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(line);
    if (this.#rest.length > MOST_LINE_CHARACTERS) throw new RangeError(`line ${this.#number + 1} has no end`);
  }

  /** The last line may lack its end; a line that somebody still writes is no JSON yet, and is taken when the line is whole. */
  takeRest(isEnd: boolean): void {
    if (!isEnd && !isJson(this.#rest)) return;
    this.#take(this.#rest);
    this.#rest = '';
  }

  #take(line: string): void {
    this.#number++;
    if (line.trim() === '') return;
    try {
      const request = JSON.parse(line) as object;
      const signal = signalOf(request);
      if (signal === undefined) throw new TypeError('expected resourceSpans, resourceMetrics or resourceLogs');
      const { refused, reason } = this.#receive(signal, request);
      if (refused > 0) throw new TypeError(`${refused} refused: ${reason}`);
    } catch (error) {
      this.#report(`${this.#path}:${this.#number}: ${(error as Error).message}`);
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
