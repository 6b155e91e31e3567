import { debug, warnOnce } from './log.ts';

/**
 * Takes what telemetry threw, so that it does not reach the application. Every entry from patched code into telemetry
 * ends in a `catch` that calls this.
 */
export function swallow(error: unknown): void {
  try {
    const name = error instanceof Error ? error.name : typeof error;
    warnOnce(`recording a call failed (${name}) and the call went on without it. Set LLM_OTEL_LOG=debug for details.`);
    // Without the message: it may quote what a user wrote.
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    debug([name, ...stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n'));
  } catch {
    // an error object whose own getters throw
  }
}
