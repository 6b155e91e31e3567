let clock: { now(): number } | undefined;

/**
 * The time by which calls are measured: milliseconds since the process began, by a clock that never jumps. It is asked for
 * once, because an application may fake the global one, and because the global object takes longer than the clock; and not
 * before it is needed, because Node loads a module for it.
 */
export function now(): number {
  clock ??= performance;
  return clock.now();
}
