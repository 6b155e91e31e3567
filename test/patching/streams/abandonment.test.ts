import { expect, test } from 'vitest';
import { cancelIdleCheck, type IdleCandidate, scheduleIdleCheck } from '../../../src/patching/streams/abandonment.ts';

/** A candidate that is still read at the first `reads` checks. */
class Candidate implements IdleCandidate {
  listIndex = -1;
  checks = 0;
  readonly #reads: number;

  constructor(reads = 0) {
    this.#reads = reads;
  }

  checkIdle(): boolean {
    return this.checks++ < this.#reads;
  }
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const REMOVED: readonly (readonly number[])[] = [[], [0], [1], [2], [2, 1], [0, 2], [0, 1, 2], [1, 1], [2, 0, 1]];

test.each(REMOVED)('of three candidates, the cancelled ones are not checked: %o, %o, %o', async (...removed) => {
  const candidates = [new Candidate(), new Candidate(), new Candidate()];
  for (const candidate of candidates) scheduleIdleCheck(candidate);
  for (const index of removed) if (index !== undefined) cancelIdleCheck(candidates[index] as Candidate);
  const last = new Candidate();
  scheduleIdleCheck(last);
  await until(() => last.checks > 0);
  expect(candidates.map(({ checks }) => checks)).toEqual([0, 1, 2].map((index) => (removed.includes(index) ? 0 : 1)));
  for (const candidate of [...candidates, last]) expect(candidate.listIndex).toBe(-1);
});

test('a candidate is checked until it is idle', async () => {
  const read = new Candidate(2);
  const quiet = new Candidate();
  scheduleIdleCheck(read);
  scheduleIdleCheck(quiet);
  await until(() => read.checks === 3);
  expect(quiet.checks).toBe(1);
  expect(read.listIndex).toBe(-1);
});

test('a candidate that is cancelled between two checks is not checked again', async () => {
  const read = new Candidate(Number.POSITIVE_INFINITY);
  scheduleIdleCheck(read);
  await until(() => read.checks > 1);
  cancelIdleCheck(read);
  const { checks } = read;
  const other = new Candidate(3);
  scheduleIdleCheck(other);
  await until(() => other.checks > 3);
  expect(read.checks).toBe(checks);
});
