import { expect, test } from 'vitest';
import { cancelIdleCheck, type IdleCandidate, scheduleIdleCheck } from '../../../src/patching/streams/abandonment.ts';

/** Something that is read for `moves` looks. */
class Thing implements IdleCandidate {
  listIndex = -1;
  looks = 0;
  readonly #moves: number;

  constructor(moves = 0) {
    this.#moves = moves;
  }

  checkIdle(): boolean {
    return this.looks++ < this.#moves;
  }
}

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const REMOVED: readonly (readonly number[])[] = [[], [0], [1], [2], [2, 1], [0, 2], [0, 1, 2], [1, 1], [2, 0, 1]];

test.each(REMOVED)('of three, those that are over are left alone: %o, %o, %o', async (...removed) => {
  const things = [new Thing(), new Thing(), new Thing()];
  for (const thing of things) scheduleIdleCheck(thing);
  for (const index of removed) if (index !== undefined) cancelIdleCheck(things[index] as Thing);
  const last = new Thing();
  scheduleIdleCheck(last);
  await until(() => last.looks > 0);
  expect(things.map(({ looks }) => looks)).toEqual([0, 1, 2].map((index) => (removed.includes(index) ? 0 : 1)));
  for (const thing of [...things, last]) expect(thing.listIndex).toBe(-1);
});

test('what is read is looked at until it lies still', async () => {
  const read = new Thing(2);
  const quiet = new Thing();
  scheduleIdleCheck(read);
  scheduleIdleCheck(quiet);
  await until(() => read.looks === 3);
  expect(quiet.looks).toBe(1);
  expect(read.listIndex).toBe(-1);
});

test('what is over while it is read is not looked at again', async () => {
  const read = new Thing(Number.POSITIVE_INFINITY);
  scheduleIdleCheck(read);
  await until(() => read.looks > 1);
  cancelIdleCheck(read);
  const { looks } = read;
  const other = new Thing(3);
  scheduleIdleCheck(other);
  await until(() => other.looks > 3);
  expect(read.looks).toBe(looks);
});
