import { describe, expect, test, vi } from 'vitest';
import { log, run, span, spanAfter } from './run-steps.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

const MAIL = 'jo@example.org';
const env = { LLM_OTEL_HASH_KEY: 'key' };

test('redacts every text of a span, and leaves the span of the application alone', () => {
  const one = span({ mail: MAIL, list: ['a', MAIL], n: 4111111111111111, small: 42 }, `chat ${MAIL}`);
  const event = one.events[0] as { name: string; attributes?: object };
  event.attributes = { 'exception.message': `of ${MAIL}` };
  event.name = `for ${MAIL}`;
  (one.links[0] as { attributes?: object }).attributes = { mail: MAIL };
  (one.status as { message?: string }).message = `no ${MAIL}`;
  const shown = () => JSON.stringify([one.name, one.status, one.attributes, one.events, one.links]);
  const before = shown();
  expect(spanAfter([{ redact: {} }], one)).toMatchObject({
    name: 'chat [redacted:email]',
    status: { code: 2, message: 'no [redacted:email]' },
    attributes: { mail: '[redacted:email]', list: ['a', '[redacted:email]'], n: '[redacted:card]', small: 42 },
    events: [
      { name: 'for [redacted:email]', attributes: { 'exception.message': 'of [redacted:email]' } },
      { name: 'first token' },
    ],
    links: [{ attributes: { mail: '[redacted:email]' } }],
  });
  expect(shown()).toBe(before);
});

test.each<[string, object, string]>([
  [`of ${MAIL} at 10.1.2.3`, {}, 'of [redacted:email] at [redacted:ip]'],
  [`of ${MAIL} at 10.1.2.3`, { detectors: ['ip'] }, `of ${MAIL} at [redacted:ip]`],
  [`of ${MAIL} at 10.1.2.3`, { mode: 'hash', detectors: ['ip'] }, `of ${MAIL} at hmac:a5c9c80d2605782c`],
  [
    `cust-1234 ${MAIL}`,
    { patterns: [{ name: 'customer', regex: 'cust-\\d+' }], detectors: [] },
    `[redacted:customer] ${MAIL}`,
  ],
  [
    'cust-1 x cust-2',
    { patterns: [{ name: 'customer', regex: 'cust-\\d' }] },
    '[redacted:customer] x [redacted:customer]',
  ],
  [
    'overlap ab',
    {
      patterns: [
        { name: 'one', regex: 'lap a' },
        { name: 'two', regex: 'ap ab' },
      ],
    },
    'over[redacted:one]',
  ],
  [
    '\u{1f600} cust-1 \u{1f600}',
    { patterns: [{ name: 'customer', regex: 'cust-\\d' }] },
    '\u{1f600} [redacted:customer] \u{1f600}',
  ],
  ['empty', { patterns: [{ name: 'one', regex: 'x*' }] }, 'empty'],
  [`of ${MAIL} and a@b.example`, { allow: [{ regex: '@example\\.org$' }] }, `of ${MAIL} and [redacted:email]`],
])('%s with %j', (text, redact, expected) => {
  expect(spanAfter([{ redact }], span({ text }), env).attributes.text).toBe(expected);
});

test('only the attributes of the keys, and name and status message always', () => {
  const one = span({ a: MAIL, b: MAIL }, MAIL);
  expect(spanAfter([{ redact: { keys: 'a' } }], one)).toMatchObject({
    name: '[redacted:email]',
    attributes: { a: '[redacted:email]', b: MAIL },
  });
});

test('the value of an attribute with the name of a secret', () => {
  const one = span({ 'http.request.header.authorization': ['Basic abc'], 'db.password': 'x', password_hint: 'dog' });
  expect(spanAfter([{ redact: {} }], one).attributes).toMatchObject({
    'http.request.header.authorization': ['[redacted:bearer_token]'],
    'db.password': '[redacted:api_key]',
    password_hint: 'dog',
  });
  expect(spanAfter([{ redact: { detectors: ['email'] } }], one)).toBe(one);
});

describe('JSON', () => {
  test.each([
    ['strings one by one', `{"a": "of ${MAIL}", "n": 12345678901234567890, "b" : [ "x" ]}`, '{"a": "of [redacted:email]", "n": 12345678901234567890, "b" : [ "x" ]}'], // biome-ignore format: a row
    ['escapes', '["\\u006ao@example.org", "line\\nsk-proj-abcdefghij0123456789abcd"]', '["[redacted:email]", "line\\n[redacted:api_key]"]'], // biome-ignore format: a row
    ['fields with the name of a secret', '{"password": "hunter2", "user": "x"}', '{"password": "[redacted:api_key]", "user": "x"}'], // biome-ignore format: a row
    ['keys', `{"${MAIL}": 1}`, '{"[redacted:email]": 1}'],
    ['numbers of cards', '{"card": 4111111111111111, "t": 1790000000000}', '{"card": "[redacted:card]", "t": 1790000000000}'], // biome-ignore format: a row
    ['JSON in a string', JSON.stringify({ arguments: JSON.stringify({ to: MAIL }) }), '{"arguments":"{\\"to\\":\\"[redacted:email]\\"}"}'], // biome-ignore format: a row
    ['a text that only begins like JSON', `[see ${MAIL}]`, '[see [redacted:email]]'],
  ])('%s', (_, json, expected) => {
    expect(spanAfter([{ redact: {} }], span({ json })).attributes.json).toBe(expected);
  });
});

test('log records, bodies of maps and lists included', () => {
  const record = log({ role: 'user', parts: [{ content: `of ${MAIL}`, n: 1 }], token: 'abc' }, { mail: MAIL }, 'e');
  const [left] = run([{ redact: {} }], [record], 'logs').left;
  expect(left).toMatchObject({
    body: { role: 'user', parts: [{ content: 'of [redacted:email]', n: 1 }], token: 'abc' },
    attributes: { mail: '[redacted:email]' },
  });
  expect(record.attributes.mail).toBe(MAIL);
});

test('a redaction that throws drops the item, and is reported once without its text', () => {
  const print = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const bad = {
    get text() {
      throw new Error(`secret ${MAIL}`);
    },
  };
  const records = [log('ok'), log(bad), log(bad)];
  const { left, dropped } = run([{ redact: {} }], records, 'logs');
  expect(left).toEqual([records[0]]);
  expect(dropped).toEqual({ step_error: 2 });
  expect(print.mock.calls.map(([text]) => String(text))).toEqual([
    '@x/llm-otel: warning: pipeline test: the step redact failed (Error); items that the step cannot change are dropped.\n',
  ]);
  print.mockRestore();
});
