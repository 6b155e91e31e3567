import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCache } from '../../../src/primitives/cache/create-cache.ts';
import { bypassReasonOf } from '../../../src/primitives/cache/key/bypass-reason.ts';
import { cacheKey } from '../../../src/primitives/cache/key/cache-key.ts';
import { canonicalJson } from '../../../src/primitives/cache/key/canonical-json.ts';

const json = fc.jsonValue({ maxDepth: 4 });

/** `value` with the fields of every object in reverse order, and with fields that are `undefined`. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries([...fields.map(([name, field]) => [name, shuffled(field)]), ['\u0000never', undefined]]);
}

describe('canonical JSON', () => {
  test('is JSON of the same value, in every order of fields', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(shuffled(value))).toBe(text);
      }),
    );
  });

  test('tells different values apart', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const isSame =
          JSON.stringify(JSON.parse(canonicalJson(one))) === JSON.stringify(JSON.parse(canonicalJson(other)));
        expect(canonicalJson(one) === canonicalJson(other)).toBe(isSame);
      }),
    );
  });

  const shared = { text: 'twice' };
  test.each<readonly [what: string, one: unknown, other: unknown, equal: boolean]>([
    ['an object twice is no cycle', [shared, shared], [{ text: 'twice' }, { text: 'twice' }], true],
    ['a buffer is its bytes', Buffer.from('abc'), new Uint8Array([97, 98, 99]), true],
    ['bytes and the text of their digest differ', new Uint8Array([1]), canonicalJson(new Uint8Array([1])), false],
    ['floats are no bytes', new Float32Array([1]), new Uint8Array(new Float32Array([1]).buffer), false],
    ['a part of a buffer is the part', new Uint8Array([0, 1, 2]).subarray(1), new Uint8Array([1, 2]), true],
    ['null is no missing field', { a: null }, {}, false],
    ['an object without a prototype is plain', Object.assign(Object.create(null), { a: 1 }), { a: 1 }, true],
    ['a number is no text', { a: 1 }, { a: '1' }, false],
    ['a list is no object', ['a'], { 0: 'a' }, false],
  ])('%s', (_what, one, other, equal) => {
    expect(canonicalJson(one) === canonicalJson(other)).toBe(equal);
  });

  const cycle: Record<string, unknown> = {};
  cycle.self = [cycle];
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  test.each<readonly [what: string, value: unknown]>([
    ['a cycle', cycle],
    ['a function', { execute: () => 1 }],
    ['a bigint', [1n]],
    ['a symbol', Symbol('a')],
    ['a Map', { map: new Map() }],
    ['an instance of a class', new (class Message {})()],
    ['a Date', new Date(0)],
    ['NaN', { temperature: Number.NaN }],
    ['a proxy that was revoked', revoked.proxy],
    [
      'a getter that throws',
      Object.defineProperty({}, 'a', {
        enumerable: true,
        get: () => {
          throw new Error('no');
        },
      }),
    ],
    ['more levels than the stack has', Array.from({ length: 100_000 }).reduce<unknown>((inner) => [inner], 1)],
  ])('%s has no text', (_what, value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});

describe('a key', () => {
  const options = { namespace: '', version: '', keySecret: undefined };

  test('is the namespace, the format and 64 hex digits', () => {
    expect(cacheKey({ a: 1 }, [], { ...options, namespace: 'chat.v1' })).toMatch(/^chat\.v1:1:[0-9a-f]{64}$/);
    expect(cacheKey({ a: 1 }, [], options)).toMatch(/^:1:[0-9a-f]{64}$/);
  });

  test('depends on everything', () => {
    const keys = [
      cacheKey('a', [], options),
      cacheKey('b', [], options),
      cacheKey('a', ['user-1'], options),
      cacheKey('a', [], { ...options, version: '2' }),
      cacheKey('a', [], { ...options, keySecret: 'secret' }),
      cacheKey('a', [], { ...options, keySecret: Buffer.from('other secret') }),
      cacheKey('a', [], { ...options, namespace: 'n' }),
    ].map((key) => key.split(':').at(-1));
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('a request is not looked up', () => {
  test.each<readonly [input: unknown, cacheSampled: boolean, reason: string | undefined]>([
    [{ model: 'gpt-4o', messages: [] }, false, undefined],
    [{ temperature: 0, n: 1 }, false, undefined],
    [{ temperature: null, n: null }, false, undefined],
    [{ temperature: 0.7 }, false, 'sampled'],
    [{ temperature: 0.7 }, true, undefined],
    [{ n: 2 }, false, 'sampled'],
    [{ contents: 'hi', config: { temperature: 1 } }, false, 'sampled'],
    [{ contents: [], generationConfig: { candidateCount: 3 } }, false, 'sampled'],
    [{ contents: [], generationConfig: { candidateCount: 1 } }, false, undefined],
    [{ previous_response_id: 'resp_1' }, true, 'stateful'],
    [{ conversation: { id: 'conv_1' } }, false, 'stateful'],
    [{ background: true }, false, 'stateful'],
    [{ background: false, conversation: null }, false, undefined],
    [{ container: 'container_1' }, false, 'stateful'],
    [[{ temperature: 1 }, { signal: null }], false, 'sampled'],
    ['a text', false, undefined],
    [undefined, false, undefined],
  ])('%j, cacheSampled %s: %s', (input, cacheSampled, reason) => {
    expect(bypassReasonOf(input, cacheSampled)).toBe(reason);
  });
});

test('delete() of an input without a key does nothing', async () => {
  await expect(createCache().delete({ answer: () => 42 })).resolves.toBeUndefined();
  await expect(createCache({ varyBy: ['user.id'] }).delete('a')).resolves.toBeUndefined();
});
