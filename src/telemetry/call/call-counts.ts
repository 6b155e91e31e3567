/** Model calls that have started in this thread, sampled or not. A call inside of a call of the same kind is part of the outer call. */
let calls = 0;
let failed = 0;

/** Counts a call that has started. */
export function countCall(): void {
  calls++;
}

/** Counts a call that has failed. The end of a call without span and metrics is not seen. */
export function countFailedCall(): void {
  failed++;
}

/** `14 model calls, 2 with errors` */
export function callsInWords(): string {
  const errors = failed === 0 ? '' : `, ${failed} with ${failed === 1 ? 'an error' : 'errors'}`;
  return `${calls} model ${calls === 1 ? 'call' : 'calls'}${errors}`;
}

/** Numbers of started and of failed model calls. */
export function callCounts(): { readonly calls: number; readonly failed: number } {
  return { calls, failed };
}

/** Has a model call started? */
export function hasCalls(): boolean {
  return calls > 0;
}
