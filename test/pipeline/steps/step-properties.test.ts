import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { truncateText, truncateValue } from '../../../src/pipeline/steps/values/truncate-value.ts';
import { log, run, span, spanAfter, stepsFor } from './run-steps.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

const keys = fc.constantFrom('a', 'b', 'user', 'body', 'token', '*', 'a*', '?');
const words = fc.constantFrom('jo@example.org', '10.1.2.3', '4111 1111 1111 1111', 'text', '"', '\\', '\n', '😀', '\ud800', 'sk-proj-abcdefghij0123456789abcd'); // biome-ignore format: a row
const texts = fc.array(words, { maxLength: 6 }).map((list) => list.join(' '));
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value));
const secretJson = fc
  .letrec((tie) => ({
    node: fc.oneof({ maxDepth: 4 }, texts, fc.double(), fc.array(tie('node')), fc.dictionary(texts, tie('node'))),
  }))
  .node.map((value) => JSON.stringify(value, null, 1));
const values = fc.oneof(texts, json, secretJson, fc.integer(), fc.boolean(), fc.array(texts));
const globs = fc.oneof(keys, fc.array(keys, { minLength: 1, maxLength: 3 }));
const names = fc.dictionary(keys, keys, { maxKeys: 3 });
const match = fc.oneof(
  fc.record({ name: globs }),
  fc.record({ attributes: fc.dictionary(keys, texts) }),
  fc.record({ not: fc.record({ llm: fc.boolean() }) }),
);
const steps = fc.array(
  fc.oneof(
    fc.record({ filter: fc.oneof(fc.record({ drop: match }), fc.record({ keep: match })) }),
    fc.record({ events: fc.record({ drop: globs }) }),
    fc.record({
      attributes: fc.record(
        {
          drop: globs,
          keep: globs,
          hash: globs,
          mask: globs,
          truncate: fc.record({ max: fc.integer({ min: 1, max: 30 }) }),
        },
        { requiredKeys: [] },
      ),
    }),
    fc.record({ enrich: fc.record({ attributes: fc.dictionary(keys, texts), overwrite: fc.boolean() }) }),
    fc.record({
      transform: fc.record({ rename: names, copy: names, delete: globs, name: texts }, { requiredKeys: [] }),
    }),
    fc.record({ redact: fc.record({ mode: fc.constantFrom('mask', 'hash') }) }),
  ),
  { maxLength: 5 },
);
const env = { LLM_OTEL_HASH_KEY: 'key' };
const isJson = (text: unknown): boolean => {
  try {
    JSON.parse(String(text));
    return true;
  } catch {
    return false;
  }
};

test('no step throws or changes the span of the application', () => {
  fc.assert(
    fc.property(steps, fc.dictionary(keys, values), (list, attributes) => {
      const one = span(attributes);
      const seen = () =>
        fc.stringify([one.name, one.attributes, one.events, one.links, one.status, one.resource.attributes]);
      const before = seen();
      const { made } = stepsFor(list, 'traces', env);
      const left = made?.process([one], () => {}) ?? [];
      expect(left.length).toBeLessThanOrEqual(1);
      expect(seen()).toBe(before);
    }),
    { numRuns: 1500 },
  );
});

test('no step throws or changes the log record of the application', () => {
  fc.assert(
    fc.property(steps, fc.oneof(values, fc.dictionary(keys, values)), (list, body) => {
      const record = log(body, { user: 'u1' });
      const before = fc.stringify([record.body, record.attributes, record.eventName]);
      stepsFor(list, 'logs', env).made?.process([record], () => {});
      expect(fc.stringify([record.body, record.attributes, record.eventName])).toBe(before);
    }),
    { numRuns: 1000 },
  );
});

test('whatever stands in a list of steps is used or refused', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.anything({ maxDepth: 3 }),
          fc.dictionary(
            fc.constantFrom('filter', 'redact', 'transform', 'enrich', 'attributes', 'events', 'preset', 'module'),
            fc.anything({ maxDepth: 2 }),
            { maxKeys: 1 },
          ),
        ),
      ),
      (list) => {
        // biome-ignore format: a row
        const { made, problems } = stepsFor(list);
        expect(made === undefined).toBe(problems.length > 0);
      },
    ),
    { numRuns: 1500 },
  );
});

test('JSON stays JSON when it is redacted, and nothing is left to find', () => {
  fc.assert(
    fc.property(secretJson, (text) => {
      const redacted = spanAfter([{ redact: {} }], span({ text })).attributes.text;
      expect(isJson(redacted)).toBe(true);
      for (const secret of ['jo@example.org', '4111 1111', 'sk-proj']) expect(redacted).not.toContain(secret);
    }),
    { numRuns: 1000 },
  );
});

test('JSON and texts stay within their length when they are cut', () => {
  fc.assert(
    fc.property(fc.oneof(json, secretJson, texts), fc.integer({ min: 2, max: 60 }), (text, max) => {
      const cut = truncateText(text, max);
      expect(cut.length).toBeLessThanOrEqual(max);
      if (text.length <= max) expect(cut).toBe(text);
      else if (/^[[{]/.test(text) && isJson(text)) expect(isJson(cut)).toBe(true);
      else if (max >= 3) expect(cut.endsWith('...')).toBe(true);
    }),
    { numRuns: 5000 },
  );
});

test.each([
  ['{"role":"user","content":"hello world"}', 30, '{"role":"user"}'],
  ['{"role":"user","content":"hello world"}', 33, '{"role":"user","content":"he..."}'],
  ['["aaaa","bbbb","cccc"]', 16, '["aaaa","..."]'],
  ['[1,2,3,4,5,6,7,8]', 12, '[1,2,"..."]'],
  ['[1,2]', 3, '[]'],
  ['{"a":1}', 1, '0'],
  ['["a\\nb\\nc\\nd"]', 12, '["a\\nb..."]'],
  ['["a\\\\\\\\\\\\\\\\b"]', 11, '["a\\\\..."]'],
])('%s in %i characters is %s', (text, max, expected) => {
  expect(truncateText(text, max)).toBe(expected);
});

test('a map is cut like its JSON, and bytes stay', () => {
  expect(truncateValue({ a: 'hello world', b: 1 }, 16)).toEqual({ a: 'hello...' });
  const bytes = new Uint8Array(50);
  expect(truncateValue(bytes, 10)).toBe(bytes);
});

test.each([
  ['redact', { redact: {} }],
  ['redact with a pattern', { redact: { patterns: [{ name: 'x', regex: '(a+)+$' }] } }],
  ['truncate', { attributes: { truncate: { max: 100 } } }],
])('%s takes linear time', (_, step) => {
  const time = (length: number): number => {
    const hostile = JSON.stringify({ a: `${'a@'.repeat(length)}!`, b: '\\"'.repeat(length) });
    const one = span({ hostile });
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3; i++) {
      const start = performance.now();
      run([step], [one]);
      least = Math.min(least, performance.now() - start);
    }
    return least;
  };
  time(500); // compiled by V8
  // Eight times the length: 64 times the time if the time were quadratic.
  expect(time(16_000)).toBeLessThan(Math.max(time(2000), 0.5) * 30);
});
