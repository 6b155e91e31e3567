import { errorName } from './error-name.ts';
import { debug, warnOnce } from './log.ts';

/**
 * Swallows an error of telemetry, so that the error does not reach the application, and warns once. Every entry from patched
 * code into telemetry ends in a `catch` with a call of `swallow`.
 */
export function swallow(error: unknown): void {
  try {
    const name = errorName(error);
    warnOnce(`recording a call failed (${name}) and the call went on without it. Set LLM_OTEL_LOG=debug for details.`);
    // Without the message: the message may quote text of a user.
    debug(() => {
      // Read only for a reader: the error may be the application's, and Node prints an error differently once the stack was read.
      const stack = error instanceof Error ? (error.stack ?? '') : '';
      return [name, ...stack.split('\n').filter((line) => /^\s+at /.test(line))].join('\n');
    });
  } catch {
    // an error object with getters that throw
  }
}

/**
 * True if `value` is a promise. A rejection of the promise then does not end the process: an `async` function in the place of a
 * function that returns a plain value is a likely mistake, and nobody else handles the promise. Never throws.
 */
export function ignoreRejection(value: unknown): boolean {
  const then = readSafely(() => (value as { readonly then?: unknown } | null | undefined)?.then, undefined);
  if (typeof then !== 'function') return false;
  readSafely(() => Reflect.apply(then, value, [undefined, () => {}]) as unknown, undefined);
  return true;
}

/** The result of `run`, which may look at objects of the application: `fallback` if a getter or a trap of a proxy throws. */
export function readSafely<T>(run: () => T, fallback: T): T {
  try {
    return run();
  } catch {
    return fallback;
  }
}
