import { describe, expect, test } from 'vitest';
import { isSnapshotOf, normalName, withoutSnapshot } from '../../src/cost/model-name.ts';
import { alternativesOf } from '../support/source-tables.ts';

const SOURCE = 'src/cost/model-name.ts';

/** What marks a snapshot: the alternative of the pattern, and names that end in it. */
const SUFFIXES = {
  NUMBERED: [
    [String.raw`[-@]20\d{2}-?\d{2}-?\d{2}`, ['-2024-08-06', '-20241022', '@20241022']],
    [String.raw`-\d{2}-20\d{2}`, ['-09-2025']],
    [String.raw`-\d{2}-\d{2}`, ['-05-06']],
    [String.raw`-\d{3,4}`, ['-001', '-0613']],
  ],
  WORDED: [
    ['[-@]latest', ['-latest', '@latest']],
    ['@default', ['@default']],
    ['-preview', ['-preview']],
    ['-exp', ['-exp']],
    ['-experimental', ['-experimental']],
    [String.raw`-v\d`, ['-v1']],
    [String.raw`:\d+`, [':0', ':12']],
  ],
} as const satisfies Readonly<Record<string, readonly (readonly [alternative: string, suffixes: readonly string[]])[]>>;

describe.each(Object.entries(SUFFIXES))('%s', (name, rows) => {
  test.each(rows.flatMap(([, suffixes]) => suffixes as readonly string[]))(
    'model%s is a snapshot of model',
    (suffix) => {
      expect([...withoutSnapshot(`model${suffix}`)][0]).toEqual({ name: 'model', numbered: name === 'NUMBERED' });
      expect(isSnapshotOf(`model${suffix}`, 'model')).toBe(true);
      expect([...withoutSnapshot(suffix)]).toEqual([]);
    },
  );

  test('every alternative has a row here', () => {
    expect(alternativesOf(SOURCE, name)).toEqual(rows.map(([alternative]) => alternative));
  });
});

test.each([
  ['claude-haiku-4-5@20251001', ['claude-haiku-4-5 numbered', 'claude-haiku']],
  ['m-preview-0613', ['m-preview numbered', 'm']],
  ['m-0613-preview', ['m-0613', 'm']],
  ['m-001-05-06', ['m-001 numbered', 'm numbered']],
  ['m-mini', []],
  ['m-12', []],
  ['m-12345', []],
  ['m-v10', []],
])('%s, one step after the other', (name, steps) => {
  // Two digits in turns are a date of Gemini's, so that a version of Claude's looks like one.
  const seen = [...withoutSnapshot(name)].map(({ name: rest, numbered }) => (numbered ? `${rest} numbered` : rest));
  expect(seen.slice(0, 1)).toEqual(steps.slice(0, 1));
  if (!name.startsWith('claude')) expect(seen).toEqual(steps);
});

test.each([
  ['m', 'm', true],
  ['m-001', 'm', true],
  ['m-preview-0613', 'm', true],
  ['m', 'm-001', false],
  ['m-mini', 'm', false],
  ['m-mini-001', 'm', false],
])('%s is a snapshot of %s: %s', (snapshot, alias, expected) => {
  expect(isSnapshotOf(snapshot, alias)).toBe(expected);
});

test.each([
  [' GPT-4o ', 'gpt-4o'],
  ['models/gemini-2.5-pro', 'gemini-2.5-pro'],
  ['publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro'],
  ['projects/p/locations/l/publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro'],
  ['accounts/fireworks/models/x', 'accounts/fireworks/models/x'],
  ['my/models/x', 'my/models/x'],
  ['ft:gpt-4o-2024-08-06:acme::abc', 'ft:gpt-4o-2024-08-06'],
])('%j is written %s in the table', (written, name) => {
  expect(normalName(written)).toBe(name);
});

test('every form of a path has a row above', () => {
  expect(alternativesOf(SOURCE, 'RESOURCE_PATH')).toHaveLength(3);
});
