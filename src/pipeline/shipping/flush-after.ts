import { flush } from '../../otel/flush.ts';

const background = new Set<Promise<unknown>>();

/** Lets {@link flushAfter} wait for work that goes on after an answer, as `waitUntil` of serverless platforms does. */
export function waitUntil(promise: Promise<unknown>): void {
  const settled = promise.then(
    () => {},
    () => {},
  );
  background.add(settled);
  void settled.finally(() => background.delete(settled));
}

/**
 * A function that runs `fn`, then sends all telemetry before the result is given back. Errors of `fn` pass through.
 *
 * @example
 * export const handler = flushAfter(async (event) => answer(event));
 */
export function flushAfter<Args extends unknown[], Result>(
  fn: (...args: Args) => Result | Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    try {
      return await fn(...args);
    } finally {
      while (background.size > 0) await Promise.all(background);
      await flush();
    }
  };
}
