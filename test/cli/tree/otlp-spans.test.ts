import { expect, test } from 'vitest';
import { otlpSpans } from '../../../src/cli/tree/otlp-spans.ts';
import { textLines } from '../../../src/cli/tree/text-lines.ts';

const request = (...spans: unknown[]): unknown => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const SPAN = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), startTimeUnixNano: '1700000000123456789' };

/** A span of OTLP, and the parts of the span that the tree reads. */
const SPANS: readonly (readonly [name: string, written: object, read: object])[] = [
  ['times are texts', { endTimeUnixNano: '1700000000133456789' }, { startMs: 1_700_000_000_123.456_8, durationMs: 10 }],
  ['times are numbers', { startTimeUnixNano: 1_000_000, endTimeUnixNano: 3_500_000 }, { startMs: 1, durationMs: 2.5 }],
  ['no end', {}, { durationMs: 0 }],
  ['an end before the start', { endTimeUnixNano: '1' }, { durationMs: 0 }],
  ['a root', { parentSpanId: '' }, { parentSpanId: undefined, parentIsRemote: false }],
  ['a remote parent', { parentSpanId: 'c', flags: 0x301 }, { parentSpanId: 'c', parentIsRemote: true }],
  ['a parent of the process', { parentSpanId: 'c', flags: 0x101 }, { parentIsRemote: false }],
  ['a client', { kind: 3 }, { kind: 2 }],
  ['a client by name', { kind: 'SPAN_KIND_CLIENT' }, { kind: 2 }],
  ['no kind', {}, { kind: 0, name: '' }],
  ['a failure', { status: { code: 2, message: 'no' } }, { failed: true, description: 'no' }],
  ['a failure by name', { status: { code: 'STATUS_CODE_ERROR' } }, { failed: true, description: undefined }],
  ['a status of another type', { status: 2 }, { failed: false }],
  [
    'attributes',
    {
      attributes: [
        { key: 's', value: { stringValue: 'x' } },
        { key: 'i', value: { intValue: '1412' } },
        { key: 'n', value: { intValue: 7 } },
        { key: 'd', value: { doubleValue: 0.5 } },
        { key: 'nan', value: { doubleValue: 'NaN' } },
        { key: 'b', value: { boolValue: false } },
        { key: 'raw', value: { bytesValue: 'AAE=' } },
        { key: 'a', value: { arrayValue: { values: [{ stringValue: 'x' }, { intValue: '1' }] } } },
        { key: 'k', value: { kvlistValue: { values: [{ key: 'x', value: { stringValue: 'y' } }] } } },
        { key: 'none', value: {} },
        { key: 'null', value: null },
        { key: 'other', value: { constructor: 1 } },
        { value: { stringValue: 'without key' } },
        'no object',
      ],
    },
    {
      attributes: {
        s: 'x',
        i: 1412,
        n: 7,
        d: 0.5,
        nan: 'NaN',
        b: false,
        raw: 'AAE=',
        a: ['x', 1],
        k: { x: 'y' },
        none: null,
        null: null,
        other: null,
      },
    },
  ],
];

test.each(SPANS)('%s', (_name, written, read) => {
  expect(otlpSpans(request({ ...SPAN, ...written }))).toEqual([expect.objectContaining(read)]);
});

test.each([
  ['no span', null],
  ['a span without a trace', { ...SPAN, traceId: undefined }],
  ['a span without a time', { ...SPAN, startTimeUnixNano: 'now' }],
])('%s is left out', (_name, span) => {
  expect(otlpSpans(request(span, SPAN))).toHaveLength(1);
});

test.each([
  [{ resourceLogs: [] }, []],
  [{ resourceMetrics: [] }, []],
  [{ resourceSpans: 'x' }, []],
  [{ resourceSpans: [{ scopeSpans: [null, { spans: {} }] }] }, []],
  [{}, undefined],
  [[], undefined],
  ['x', undefined],
  [undefined, undefined],
])('%j holds %j', (data, spans) => {
  expect(otlpSpans(data)).toEqual(spans);
});

test.each([
  [['a\nb'], ['1 a', '2 b']],
  [
    ['a\r\n\n', '\n b \n'],
    ['1 a', '4 b'],
  ],
  [['"x\u2028y"\n{}'], ['1 "x\u2028y"', '2 {}']],
  [[''], []],
])('the lines of %j', async (chunks, lines) => {
  expect(await linesOf(chunks.map((chunk) => Buffer.from(chunk)))).toEqual(lines);
});

test('a character that two chunks share stays whole', async () => {
  const bytes = Buffer.from('é\n€');
  expect(await linesOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['1 é', '2 €']);
});

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  const bytes = (async function* () {
    yield* chunks;
  })();
  const lines: string[] = [];
  for await (const { number, text } of textLines(bytes)) lines.push(`${number} ${text}`);
  return lines;
}
