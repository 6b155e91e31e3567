import { expect, test } from 'vitest';
import type { ResponseFacts } from '../../../src/facts/call.ts';
import type { UncountedCall } from '../../../src/facts/hooks.ts';
import type { Part } from '../../../src/facts/messages.ts';
import { withEstimate } from '../../../src/telemetry/call/estimate.ts';
import { rowsOf } from '../../support/source-tables.ts';
import { chatFacts } from '../in-memory.ts';

/** What the hook sees of the parts of an input. */
function inputOf(...parts: Part[]): string | undefined {
  let seen: UncountedCall | undefined;
  const hook = (call: UncountedCall) => {
    seen = call;
    return { input: 1, output: 1 };
  };
  withEstimate(hook, chatFacts(), { response: {} }, () => ({ input: [{ role: 'user', parts }] }));
  return seen?.input;
}

/** Parts that are no text: bytes and references. */
const TEXTLESS = ['blob', 'uri', 'file'];

test.each(TEXTLESS)('a part of the type %s has no tokens', (type) => {
  expect(inputOf({ type, content: 'AAAA', uri: 'https://h.example', file_id: 'f' })).toBe('');
});

test('every type without text has a row here', () => {
  expect(rowsOf('src/telemetry/call/estimate.ts', 'TEXTLESS').sort()).toEqual([...TEXTLESS].sort());
});

test.each<[Part, string]>([
  [{ type: 'text', content: 'hi' }, 'hi'],
  [{ type: 'reasoning', content: 'hm', id: 'r1' }, 'hm'],
  [{ type: 'tool_call', id: 'c1', name: 'f', arguments: { a: 1 } }, 'f\n{"a":1}'],
  [{ type: 'tool_call_response', id: 'c1', response: 'sunny' }, 'sunny'],
  [{ type: 'generic', content: { a: 1 }, other: null }, '{"a":1}'],
  [{ type: 'generic', content: undefined, other: 'x' }, 'x'],
  [{ type: 'generic' }, ''],
])('the text of %j is %j', (part, text) => {
  expect(inputOf(part)).toBe(text);
});

test.each([
  [{ input: 1 }, { input: 1, output: undefined, estimated: true }],
  [{ output: 0 }, { input: undefined, output: 0, estimated: true }],
  [{}, undefined],
  [null, undefined],
  [{ input: 1, output: -1 }, undefined],
  [{ input: 1.5 }, undefined],
  [{ input: '1' }, undefined],
])('a hook that returns %j gives %j', (counts, usage) => {
  const hook = () => counts as never;
  const known: { response: ResponseFacts } = { response: {} };
  expect(withEstimate(hook, chatFacts(), known, () => ({})).response?.usage).toEqual(usage);
});

test.each([{ input: 0 }, { output: 0 }])('counts that were sent are not estimated: %j', (usage) => {
  const known = { response: { usage } };
  expect(
    withEstimate(
      () => ({ input: 9, output: 9 }),
      chatFacts(),
      known,
      () => ({}),
    ),
  ).toBe(known);
});
