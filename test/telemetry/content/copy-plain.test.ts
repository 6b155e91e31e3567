import { describe, expect, test } from 'vitest';
import { contentDetectors } from '../../../src/redaction/content-detectors.ts';
import { type CopyOptions, PlainCopy } from '../../../src/telemetry/content/copy-plain.ts';
import { decodedBytes, isBareBase64, mediaPart, stripMedia } from '../../../src/telemetry/content/media.ts';
import { BoundedText, contentBytes, cutText, REDACTION_MARGIN } from '../../../src/telemetry/content/truncation.ts';

const OPTIONS: CopyOptions = { redact: contentDetectors(true), keepMedia: false, maxLength: 1000, alreadyCut: false };
const copyOf = (value: unknown, more: Partial<CopyOptions> = {}) => {
  const copy = new PlainCopy({ ...OPTIONS, ...more });
  return { value: copy.value(value), dropped: copy.dropped };
};

/** A value inside of `depth` lists. */
function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

describe('bounds of a copy', () => {
  test.each([
    [64, '"deep"'],
    [65, '"[nested too deeply]"'],
  ])('%d levels', (depth, text) => {
    expect(JSON.stringify(copyOf(nested(depth)).value)).toContain(text);
  });

  test.each([
    [20_000, 20_000, 0],
    [20_001, 20_000, 8],
    [30_000, 20_000, 8],
  ])('of %d entries %d are copied', (length, kept, dropped) => {
    const list = copyOf(Array.from({ length }, () => 1));
    expect([(list.value as unknown[]).length, list.dropped]).toEqual([kept, dropped]);
    const object = copyOf(Object.fromEntries(Array.from({ length }, (_, i) => [`k${i}`, 1])));
    expect([Object.keys(object.value as object).length, object.dropped]).toEqual([kept, dropped]);
  });

  test('what is in it twice is no circle', () => {
    const shared = { a: 1 };
    const circle: { self?: unknown; list: unknown[] } = { list: [shared, shared] };
    circle.self = circle;
    expect(copyOf(circle).value).toEqual({ list: [shared, shared], self: '[circular]' });
  });

  test.each([
    [1000, 0],
    [1000 + REDACTION_MARGIN, 0],
    [1001 + REDACTION_MARGIN, 1 + REDACTION_MARGIN],
  ])('a text of %d characters loses %d', (length, dropped) => {
    const text = 'x '.repeat(length).slice(0, length);
    const copy = copyOf(text);
    expect([(copy.value as string).length, copy.dropped]).toEqual([length - dropped, dropped]);
  });

  test.each([
    [REDACTION_MARGIN, 0],
    [REDACTION_MARGIN + 1, REDACTION_MARGIN],
  ])('a text of %d that was cut before loses %d: its end may be half a secret', (length, dropped) => {
    expect(copyOf('x '.repeat(length).slice(0, length), { alreadyCut: true }).dropped).toBe(dropped);
  });
});

class Stream {
  getReader(): void {}
}
class Throws {
  get a(): number {
    throw new Error('my secret');
  }
  toJSON?: unknown;
}

test.each<[about: string, unknown, unknown]>([
  ['a number', 1.5, 1.5],
  ['no number', Number.NaN, 'NaN'],
  ['a large number', 999_999_999_999, 999_999_999_999],
  ['a card', 4111111111111111, '[redacted:card]'],
  ['a number that looks like one', 4111111111111112, 4111111111111112],
  ['a big integer', 4111111111111111n, '[redacted:card]'],
  ['a function', () => {}, undefined],
  ['a symbol', Symbol('x'), undefined],
  ['null', null, null],
  ['functions in a list', [() => {}, undefined], [null, null]],
  ['functions in an object', { a: () => {}, b: undefined, c: 1 }, { c: 1 }],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['an error', new TypeError('no'), { name: 'TypeError', message: 'no' }],
  ['a map', new Map([['a', 1]]), [['a', 1]]],
  ['a set', new Set([1]), [1]],
  ['bytes', new Uint8Array(3), '[binary, 3 bytes]'],
  ['a buffer', new ArrayBuffer(3), '[binary, 3 bytes]'],
  ['a blob', new Blob(['abc'], { type: 'image/png' }), '[image/png, 3 bytes]'],
  ['a blob without type', new Blob(['abc']), '[binary, 3 bytes]'],
  ['a stream', new Stream(), '[stream]'],
  ['a stream of Node', { pipe: () => {} }, '[stream]'],
  ['a generator', (async function* () {})(), '[stream]'],
  ['a promise', Promise.resolve(1), '[promise]'],
  ['no promise', Object.fromEntries([['then', 1]]), Object.fromEntries([['then', 1]])],
  ['a getter that throws', Object.defineProperty({}, 'a', { enumerable: true, get: () => new Throws().a }), { a: '[unreadable]' }], // biome-ignore format: a row
  ['toJSON', { toJSON: () => ({ a: 1 }) }, { a: 1 }],
  ['toJSON that throws', { toJSON: () => new Throws().a }, '[unreadable]'],
  ['toJSON that is none', { toJSON: 1 }, { toJSON: 1 }],
  ['keys that cannot be read', new Proxy({}, { ownKeys: () => new Throws().a as never }), {}],
  ['half a character', 'a\ud800', 'a\ufffd'],
])('%s', (_, value, expected) => {
  expect(copyOf(value).value).toEqual(expected);
});

describe('base64', () => {
  const random = (length: number): string => 'aB3/'.repeat(length / 4);

  test.each([
    [random(1024), true],
    [random(1024).slice(0, 1023), false],
    [`${random(1024)}==`, true],
    [`${random(1024)}===`, false],
    [`${random(1024)} `, false],
    ['aB'.repeat(600), false],
    ['a3'.repeat(600), false],
    ['B3'.repeat(600), false],
    [`${'aB'.repeat(256)}3${'aB'.repeat(300)}`, false],
  ])('%#', (text, expected) => {
    expect(isBareBase64(text)).toBe(expected);
  });

  test.each([
    ['', 0],
    ['QQ==', 1],
    ['QUI=', 2],
    ['QUJD', 3],
    ['QQ', 1],
    ['=', 0],
  ])('%j is %d bytes', (text, bytes) => {
    expect(decodedBytes(text)).toBe(bytes);
  });

  test.each([
    ['data:image/png;base64,QUJD', 'data:image/png;base64,[3 bytes removed]'],
    ['see data:;base64,QUJD!', 'see data:;base64,[3 bytes removed]!'],
    ['DATA:text/plain;charset=utf-8;BASE64,QUJD', 'DATA:text/plain;charset=utf-8;BASE64,[3 bytes removed]'],
    ['DATA:text/plain;charset=utf-8;base64,QUJD', 'DATA:text/plain;charset=utf-8;base64,[3 bytes removed]'],
    ['data:image/png;base64,', 'data:image/png;base64,'],
    ['no ;base64, here', 'no ;base64, here'],
  ])('%s is shown as %s', (text, shown) => {
    expect(stripMedia(text)).toBe(shown);
  });

  const blob = { type: 'blob', mime_type: 'a/b' };
  test.each<[Parameters<typeof mediaPart>[0], kept: object, removed: object]>([
    [
      { type: 'uri', uri: 'data:a/b;base64,QUJD' },
      { ...blob, content: 'QUJD' },
      { ...blob, content: '', byte_length: 3 },
    ],
    [
      { type: 'uri', uri: 'data:a/b,AB' },
      { ...blob, content: 'QUI=' },
      { ...blob, content: '', byte_length: 2 },
    ],
    [{ type: 'uri', uri: 'data:,AB' }, { type: 'blob', mime_type: 'text/plain', content: 'QUI=' }, { type: 'blob', mime_type: 'text/plain', content: '', byte_length: 2 }], // biome-ignore format: a row
    [{ type: 'uri', uri: 'data:x/y,AB', mime_type: 'a/b' }, { ...blob, content: 'QUI=' }, { ...blob, content: '', byte_length: 2 }], // biome-ignore format: a row
    [{ type: 'uri', uri: 'https://h.example' }, { type: 'uri', uri: 'https://h.example' }, { type: 'uri', uri: 'https://h.example' }], // biome-ignore format: a row
    [{ ...blob, content: new Uint8Array([65, 66]) }, { ...blob, content: 'QUI=' }, { ...blob, content: '', byte_length: 2 }], // biome-ignore format: a row
    [{ ...blob, content: 'data:a/b;base64,QUJD' }, { ...blob, content: 'QUJD' }, { ...blob, content: '', byte_length: 3 }], // biome-ignore format: a row
    [
      { ...blob, content: 7 },
      { ...blob, content: '' },
      { ...blob, content: '' },
    ],
    [
      { type: 'text', content: 'x' },
      { type: 'text', content: 'x' },
      { type: 'text', content: 'x' },
    ],
  ])('%j', (part, kept, removed) => {
    expect([mediaPart(part, true), mediaPart(part, false)]).toEqual([kept, removed]);
  });
});

describe('text in bytes', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abc', 2, 'ab'],
    ['üü', 3, 'ü'],
    ['€€', 5, '€'],
    ['€€', 6, '€€'],
    ['😀😀', 7, '😀'],
    ['a\u007fb\u0080', 4, 'a\u007fb'],
    ['a\u07ffb', 3, 'a\u07ff'],
    ['a\uffff', 3, 'a'],
    ['abc', 0, ''],
  ])('%j in %d bytes is %j', (text, bytes, cut) => {
    expect(cutText(text, bytes)).toBe(cut);
  });

  test('values weigh what they say, and a little each', () => {
    expect([
      contentBytes('ü'),
      contentBytes(1),
      contentBytes(null),
      contentBytes([]),
      contentBytes(['a', 1]),
      contentBytes({ key: 'a' }),
    ]).toEqual([2, 8, 8, 8, 17, 12]);
  });

  test('a text that grows keeps as much as can be recorded', () => {
    const text = new BoundedText(10);
    text.add('x'.repeat(REDACTION_MARGIN));
    text.add('y'.repeat(10));
    for (const nothing of ['', undefined, null, 7]) text.add(nothing);
    expect([text.text.length, text.marks]).toEqual([REDACTION_MARGIN + 10, {}]);
    text.add('ü');
    expect([text.text.length, text.marks.original_bytes]).toEqual([REDACTION_MARGIN + 10, REDACTION_MARGIN + 12]);
    const other = new BoundedText(1);
    other.add(`${'x'.repeat(REDACTION_MARGIN)}abc`);
    expect([other.text.at(-1), other.marks]).toEqual(['a', { truncated: true, original_bytes: REDACTION_MARGIN + 3 }]);
  });
});
