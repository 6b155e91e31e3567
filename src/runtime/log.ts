import { environment, writeLine } from './platform.ts';

/**
 * What the package itself has to say, on stderr: warnings a user has to act on, and one line at start when asked.
 * `LLM_OTEL_LOG` (else `OTEL_LOG_LEVEL`) sets the level: `none`, `error`, `warn` (default), `info`, `debug`.
 */
const LEVELS = { none: 0, error: 1, warn: 2, info: 3, verbose: 4, debug: 4, all: 4 } as const;

/** A level of the package's own messages. */
export type LogLevel = keyof typeof LEVELS;

const said = new Set<string>();

function threshold(): number {
  const own = environment().LLM_OTEL_LOG?.trim().toLowerCase();
  if (own !== undefined && Object.hasOwn(LEVELS, own)) return LEVELS[own as LogLevel];
  if (own)
    warnOnce(`LLM_OTEL_LOG: "${own.slice(0, 40)}" cannot be used, expected one of none, error, warn, info, debug.`);
  const shared = environment().OTEL_LOG_LEVEL?.trim().toLowerCase();
  // OTEL_LOG_LEVEL=none or error silences OpenTelemetry's own diagnostics; a call that stays unseen is still worth a line.
  if (shared !== undefined && Object.hasOwn(LEVELS, shared)) return Math.max(LEVELS[shared as LogLevel], LEVELS.warn);
  return LEVELS.warn;
}

function say(level: 'warn' | 'info' | 'debug', message: string): void {
  if (LEVELS[level] > threshold()) return;
  try {
    writeLine(`@x/llm-otel: ${level === 'warn' ? 'warning: ' : ''}${message}`);
  } catch {
    // a closed stderr is not the application's problem
  }
}

/** Says `message` once per process, however often it is called. */
export function warnOnce(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  say('warn', message);
}

/** Says `message` if the level is `info` or finer. */
export function info(message: string): void {
  say('info', message);
}

/** Says `message` if the level is `debug`. */
export function debug(message: string): void {
  say('debug', message);
}

/** An error as messages show it. Node lists who required a missing file, one a line. */
export function firstLine(error: unknown): string {
  return String(error).split('\n', 1)[0] ?? '';
}
