import { environment } from './platform.ts';
import { forTerminal } from './terminal-text.ts';
import { outputStream, writeLine } from './write-output.ts';

/** Levels of the package's messages on stderr, quietest first: warnings with advice for the user, and one line at start on request. */
const LEVELS = { none: 0, error: 1, warn: 2, info: 3, debug: 4 } as const;

/** A level of the package's messages. */
export type LogLevel = keyof typeof LEVELS;

const warned = new Set<string>();

/** Until src/config is loaded, warnings are printed. */
let readLevel = (): LogLevel => 'warn';

/** Sets the function that reads the level. Every message asks for the level anew. */
export function levelFrom(reader: () => LogLevel): void {
  readLevel = reader;
}

/** Whether messages of the level are printed. */
export function isLogged(level: 'warn' | 'info' | 'debug'): boolean {
  return LEVELS[level] <= LEVELS[readLevel()];
}

/** Takes messages in the place of stderr. */
export type MessageTaker = (level: 'warn' | 'info' | 'debug', message: string) => void;

let takeMessage: MessageTaker | undefined;

/** Hands messages to `taker` from now on; the command line has another beginning of a line. Returns the taker of before. */
export function messagesTo(taker: MessageTaker | undefined): MessageTaker | undefined {
  const before = takeMessage;
  takeMessage = taker;
  return before;
}

function writeMessage(level: 'warn' | 'info' | 'debug', message: string): void {
  if (!isLogged(level)) return;
  if (takeMessage !== undefined) {
    takeMessage(level, message);
    return;
  }
  const line = `@x/llm-otel: ${level === 'warn' ? 'warning: ' : ''}${message}`;
  writeLine(level === 'warn' && isTerminal() ? forTerminal(line) : line);
}

/** Whether stderr is a terminal of a person, who has not asked for text without colours (https://no-color.org). */
function isTerminal(): boolean {
  const env = environment();
  return outputStream('stderr').isTTY === true && env.TERM !== 'dumb' && !env.NO_COLOR;
}

/** Writes the warning `message` once per process. */
export function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  writeMessage('warn', message);
}

/** Writes the warning `message` each time. */
export function warn(message: string): void {
  writeMessage('warn', message);
}

/** Writes `message` if the level is `info` or finer. */
export function info(message: string): void {
  writeMessage('info', message);
}

/** Writes `message` if the level is `debug`. A function is called only then. */
export function debug(message: string | (() => string)): void {
  if (LEVELS[readLevel()] >= LEVELS.debug) writeMessage('debug', typeof message === 'string' ? message : message());
}

/**
 * The first line of an error, for a message. Further lines only list the files that required a missing file. Never throws: an
 * application may throw an object without a string form.
 */
export function firstLine(error: unknown): string {
  try {
    return String(error).split('\n', 1)[0] ?? '';
  } catch {
    return 'an object that cannot be read';
  }
}
