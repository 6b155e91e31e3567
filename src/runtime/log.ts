import { environment, writeLine } from './platform.ts';

/**
 * Levels of the package's messages on stderr: warnings with advice for the user, and one line at start on request.
 * `LLM_OTEL_LOG` (else `OTEL_LOG_LEVEL`) sets the level: `none`, `error`, `warn` (default), `info`, `debug`.
 */
const LEVELS = { none: 0, error: 1, warn: 2, info: 3, verbose: 4, debug: 4, all: 4 } as const;

/** A level of the package's messages. */
export type LogLevel = keyof typeof LEVELS;

const warned = new Set<string>();

function threshold(): number {
  const level = environment().LLM_OTEL_LOG?.trim().toLowerCase();
  if (level !== undefined && Object.hasOwn(LEVELS, level)) return LEVELS[level as LogLevel];
  if (level)
    warnOnce(`LLM_OTEL_LOG: "${level.slice(0, 40)}" cannot be used, expected one of none, error, warn, info, debug.`);
  const otelLevel = environment().OTEL_LOG_LEVEL?.trim().toLowerCase();
  // OTEL_LOG_LEVEL=none or error silences the diagnostics of OpenTelemetry. Warnings of this package still appear, because a call
  // that is not recorded is worth a line.
  if (otelLevel !== undefined && Object.hasOwn(LEVELS, otelLevel))
    return Math.max(LEVELS[otelLevel as LogLevel], LEVELS.warn);
  return LEVELS.warn;
}

function writeMessage(level: 'warn' | 'info' | 'debug', message: string): void {
  if (LEVELS[level] > threshold()) return;
  try {
    writeLine(`@x/llm-otel: ${level === 'warn' ? 'warning: ' : ''}${message}`);
  } catch {
    // a closed stderr is not the application's problem
  }
}

/** Writes the warning `message` once per process. */
export function warnOnce(message: string): void {
  if (warned.has(message)) return;
  warned.add(message);
  writeMessage('warn', message);
}

/** Writes `message` if the level is `info` or finer. */
export function info(message: string): void {
  writeMessage('info', message);
}

/** Writes `message` if the level is `debug`. */
export function debug(message: string): void {
  writeMessage('debug', message);
}

/** The first line of an error, for a message. Further lines only list the files that required a missing file. */
export function firstLine(error: unknown): string {
  return String(error).split('\n', 1)[0] ?? '';
}
