import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Answer, outcomeOf, retryAfterMs, shownBody } from '../../../src/pipeline/transport/response.ts';
import { retryInfoMs } from '../../../src/pipeline/transport/retry-info.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');

const answer = (status: number, change: Partial<Answer> & { text?: string } = {}): Answer => {
  const { text, ...rest } = change;
  return {
    status,
    statusText: '',
    contentType: 'application/x-protobuf',
    retryAfter: undefined,
    body: Buffer.from(text ?? ''),
    ...rest,
  };
};

/** `partial_success { rejected: 3, error_message: "too old" }` in field 1 of a response. */
const PARTIAL = Buffer.from([0x0a, 0x0b, 0x08, 0x03, 0x12, 0x07, ...Buffer.from('too old')]);

describe('an answer over HTTP', () => {
  test.each<[string, Answer, object]>([
    ['200 without a body', answer(200), { ok: true }],
    ['202 with words', answer(202, { contentType: 'text/plain', text: 'accepted' }), { ok: true }],
    ['204', answer(204, { contentType: '' }), { ok: true }],
    ['partial success in protobuf', answer(200, { body: PARTIAL }), { ok: true, rejected: 3, message: 'too old' }],
    [
      'partial success in JSON',
      answer(200, {
        contentType: 'application/json',
        text: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"bad <b>span</b>"}}',
      }),
      { ok: true, rejected: 2, message: 'bad span' },
    ],
    [
      'an empty partial success',
      answer(200, { contentType: 'application/json', text: '{"partialSuccess":{}}' }),
      { ok: true },
    ],
    ['a body that cannot be read', answer(200, { body: Buffer.from([0x0a, 0xff]) }), { ok: true }],
    [
      'a page by its type',
      answer(200, { contentType: 'text/html; charset=utf-8', text: 'hi' }),
      { ok: false, retryable: false },
    ],
    [
      'a page by its beginning',
      answer(200, { contentType: 'text/plain', text: '\n <!doctype html>' }),
      { ok: false, retryable: false },
    ],
    ['429', answer(429), { ok: false, retryable: true }],
    ['502', answer(502), { ok: false, retryable: true }],
    ['503 with a wait', answer(503, { retryAfter: '7' }), { ok: false, retryable: true, retryAfterMs: 7000 }],
    ['504', answer(504), { ok: false, retryable: true }],
    ['500', answer(500), { ok: false, retryable: false }],
    [
      '400',
      answer(400),
      { ok: false, retryable: false, reason: expect.stringContaining('could not read the request') },
    ],
    ['401', answer(401), { ok: false, retryable: false, reason: expect.stringContaining('does not know the key') }],
    ['404', answer(404), { ok: false, retryable: false, reason: expect.stringContaining('nothing at this address') }],
    [
      '413',
      answer(413),
      { ok: false, retryable: false, tooLarge: true, reason: expect.stringContaining('larger than the backend takes') },
    ],
    ['gzip', answer(200, { contentEncoding: 'gzip', body: gzipSync(PARTIAL) }), { ok: true, rejected: 3 }],
  ])('%s', (_what, given, expected) => {
    expect(outcomeOf(given, NOW)).toMatchObject({ ...expected });
  });

  test('is shown in one line without tags, at most 200 characters', () => {
    const page = `<html><body>Bad\n\n  <b>gateway</b></body></html>${'x'.repeat(400)}`;
    const { reason } = outcomeOf(answer(400, { contentType: 'text/plain', text: `no ${page}` }), NOW) as {
      reason: string;
    };
    expect(reason).toMatch(/\(no Bad gateway x+\.\.\.\)$/);
    expect(shownBody(Buffer.from(page)).length).toBeLessThanOrEqual(200);
    expect(shownBody(Buffer.from([0, 1, 2, 255]))).toBe('');
  });
});

test.each([
  ['1', 1000],
  [' 30 ', 30_000],
  ['0', 0],
  ['1.5', 1500],
  ['Mon, 30 Nov 2026 12:00:10 GMT', 10_000],
  ['Mon, 30 Nov 2026 11:00:00 GMT', 0],
  ['-1', undefined],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s', (value, ms) => {
  expect(retryAfterMs(value, NOW)).toBe(ms);
});

describe('RetryInfo of gRPC', () => {
  /** A field with bytes. */
  const field = (number: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const status = (type: string, duration: number[]): string =>
    field(3, Buffer.concat([field(1, Buffer.from(type)), field(2, field(1, Buffer.from(duration)))])).toString(
      'base64',
    );
  const TYPE = 'type.googleapis.com/google.rpc.RetryInfo';

  test.each<[string, unknown, number | undefined]>([
    ['3 s', status(TYPE, [0x08, 0x03]), 3000],
    ['0.5 s', status(TYPE, [0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]), 500],
    ['another detail', status('type.googleapis.com/google.rpc.BadRequest', [0x08, 0x03]), undefined],
    ['no header', undefined, undefined],
    ['rubbish', 'AAAA////', undefined],
  ])('%s', (_what, header, ms) => {
    expect(retryInfoMs(header)).toBe(ms);
  });
});
