import { type LogLevel, warnOnce } from '../runtime/log.ts';
import { environment } from '../runtime/platform.ts';

/** Values of `LLM_OTEL_LOG` and `OTEL_LOG_LEVEL`, in lower case. */
const LEVELS = {
  none: 'none',
  error: 'error',
  warn: 'warn',
  info: 'info',
  debug: 'debug',
  verbose: 'debug',
  all: 'debug',
} as const satisfies Record<string, LogLevel>;

let fileLevel: LogLevel | undefined;

/** Sets the level that a configuration file names. `LLM_OTEL_LOG` goes before the file. */
export function setFileLogLevel(level: LogLevel): void {
  fileLevel = level;
}

/**
 * The level of the package's messages: `LLM_OTEL_LOG`, else a configuration file, else `OTEL_LOG_LEVEL`, else `warn`. Read at every message, because an
 * application may set a variable while the application runs.
 */
export function logLevel(): LogLevel {
  const env = environment();
  const text = env.LLM_OTEL_LOG?.trim().toLowerCase();
  const level = levelOf(text);
  if (level !== undefined) return level;
  if (text)
    warnOnce(`LLM_OTEL_LOG: "${text.slice(0, 40)}" cannot be used, expected one of none, error, warn, info, debug.`);
  if (fileLevel !== undefined) return fileLevel;
  const shared = levelOf(env.OTEL_LOG_LEVEL?.trim().toLowerCase());
  // `none` and `error` silence OpenTelemetry's own diagnostics. A call that is not recorded is still worth a warning.
  return shared === undefined || shared === 'none' || shared === 'error' ? 'warn' : shared;
}

function levelOf(text: string | undefined): LogLevel | undefined {
  return text !== undefined && Object.hasOwn(LEVELS, text) ? LEVELS[text as keyof typeof LEVELS] : undefined;
}
