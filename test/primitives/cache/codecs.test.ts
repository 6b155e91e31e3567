import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Codec } from '../../../src/primitives/cache/cache-options.ts';
import { aesGcm } from '../../../src/primitives/cache/codecs/aes-gcm.ts';
import { gzip } from '../../../src/primitives/cache/codecs/gzip.ts';
import { readEntryText, writeEntryText } from '../../../src/primitives/cache/entries/entry-text.ts';
import { plainJson } from '../../../src/primitives/cache/entries/plain-json.ts';

const key = randomBytes(32);
const newKey = randomBytes(16);
const plain = { codecs: [], keySecret: undefined };
const json = JSON.stringify({ text: 'The answer is 42. '.repeat(200) });

async function attempt(run: () => unknown): Promise<string> {
  try {
    await run();
    return 'read';
  } catch {
    return 'refused';
  }
}

describe('codecs', () => {
  const chains: Record<string, Codec[]> = {
    none: [],
    gzip: [gzip()],
    'small gzip': [gzip({ minBytes: 0 })],
    'aes-gcm': [aesGcm(key)],
    both: [gzip(), aesGcm({ current: 'b', keys: { a: key, b: newKey } })],
  };
  test.each(Object.entries(chains))('%s: text and back', async (_name, codecs) => {
    const options = { codecs, keySecret: undefined };
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 3000 }), async (text) => {
        fc.pre(text.isWellFormed());
        expect(await readEntryText('k', await writeEntryText('k', text, options), options)).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  test('gzip makes entries smaller', async () => {
    const text = await writeEntryText('k', json, { codecs: [gzip()], keySecret: undefined });
    expect(text.length).toBeLessThan(json.length / 5);
  });

  test('an entry of an old key is read, and of a key that is gone not', async () => {
    const old = { codecs: [aesGcm({ current: 'a', keys: { a: key } })], keySecret: undefined };
    const rotated = { codecs: [aesGcm({ current: 'b', keys: { a: key, b: newKey } })], keySecret: undefined };
    const without = { codecs: [aesGcm({ current: 'b', keys: { b: newKey } })], keySecret: undefined };
    const text = await writeEntryText('k', json, old);
    expect(await readEntryText('k', text, rotated)).toBe(json);
    expect(await attempt(() => readEntryText('k', text, without))).toBe('refused');
  });

  test.each<readonly [what: string, make: () => unknown, error: typeof TypeError | typeof RangeError]>([
    ['a key of a wrong length', () => aesGcm(randomBytes(20)), TypeError],
    ['no key', () => aesGcm(undefined as never), TypeError],
    ['a current key that is missing', () => aesGcm({ current: 'c', keys: { a: key } }), TypeError],
    ['a long id', () => aesGcm({ current: 'a'.repeat(256), keys: { ['a'.repeat(256)]: key } }), TypeError],
    ['a negative size', () => gzip({ minBytes: -1 }), RangeError],
    ['a size that is text', () => gzip({ minBytes: '1' as never }), TypeError],
  ])('%s throws', (_what, make, error) => {
    expect(make).toThrow(error);
  });
});

describe('the text of an entry', () => {
  test.each<readonly [what: string, change: (text: string) => string]>([
    ['cut', (text) => text.slice(0, -1)],
    ['changed', (text) => text.replace('42', '43')],
    ['of another program', () => '{"answer":42}'],
    ['empty', () => ''],
  ])('%s is refused', async (_what, change) => {
    const text = await writeEntryText('k', json, plain);
    expect(await attempt(() => readEntryText('k', change(text), plain))).toBe('refused');
    expect(await attempt(() => readEntryText('k', text, plain))).toBe('read');
  });

  test('of another key, of other codecs, of another secret is refused', async () => {
    const text = await writeEntryText('k', json, plain);
    expect(await attempt(() => readEntryText('other', text, plain))).toBe('refused');
    expect(await attempt(() => readEntryText('k', text, { ...plain, codecs: [gzip()] }))).toBe('refused');
    expect(await attempt(() => readEntryText('k', text, { ...plain, keySecret: 'secret' }))).toBe('refused');
  });

  test('every changed bit of an encrypted entry is found', async () => {
    const options = { codecs: [aesGcm(key)], keySecret: undefined };
    const codec = options.codecs[0] as Codec;
    const bytes = await codec.encode(Buffer.from('secret answer'));
    for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
      const changed = Uint8Array.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(await attempt(() => codec.decode(changed))).toBe('refused');
    }
  });
});

describe('plain JSON', () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  test.each<readonly [what: string, value: unknown, isPlain: boolean]>([
    ['a tree', { a: [1, 'b', null, true, { c: undefined }] }, true],
    ['a text', 'text', true],
    ['null', null, true],
    ['undefined', undefined, false],
    ['a class', { a: new (class A {})() }, false],
    ['a Date', new Date(0), false],
    ['a Map', new Map(), false],
    ['bytes', new Uint8Array(1), false],
    ['a function', { a: () => 1 }, false],
    ['a bigint', 1n, false],
    ['NaN', [Number.NaN], false],
    ['a hole', new Array(2), false],
    ['a cycle', cycle, false],
    ['a list of a subclass', new (class List extends Array<unknown> {})(), false],
  ])('%s: %#', (_what, value, isPlain) => {
    expect(plainJson(value) !== undefined).toBe(isPlain);
  });
});
