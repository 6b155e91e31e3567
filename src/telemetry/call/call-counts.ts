/** Model calls that have ended in this thread, sampled or not. A call inside of a call of the same kind is part of the outer call. */
let calls = 0;
let failed = 0;

/** Counts a call that has ended. */
export function countCall(hasFailed: boolean): void {
  calls++;
  if (hasFailed) failed++;
}

/** `14 model calls, 2 with errors` */
export function callsInWords(): string {
  const errors = failed === 0 ? '' : `, ${failed} with ${failed === 1 ? 'an error' : 'errors'}`;
  return `${calls} model ${calls === 1 ? 'call' : 'calls'}${errors}`;
}

/** Has a model call ended? */
export function hasCalls(): boolean {
  return calls > 0;
}
