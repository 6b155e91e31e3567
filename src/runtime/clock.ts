let clock: { now(): number; readonly timeOrigin: number } | undefined;

/**
 * The time by which calls are measured: milliseconds since the process began, by a clock that never jumps. The global
 * `performance` is read once, because an application may fake the global later and because reading the global takes longer
 * than reading the clock. The global is read late, because Node loads a module for `performance`.
 */
export function now(): number {
  clock ??= performance;
  return clock.now();
}

/** When {@link now} was 0, in milliseconds since 1970, by the clock of the machine at that time. */
export function timeOrigin(): number {
  clock ??= performance;
  return clock.timeOrigin;
}
