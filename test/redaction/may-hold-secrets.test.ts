import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RULES, type Rule } from '../../src/redaction/detectors.ts';
import { mayHoldSecrets, ruleTest } from '../../src/redaction/may-hold-secrets.ts';

/** Fragments of which secrets are made. */
const FRAGMENTS = [
  'sk-proj-abcdefghij0123456789', 'ghp_', 'AKIAABCDEFGHIJKLMNOP', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.x', 'Bearer abcdefghijklmnop1',
  'authorization: Basic dXNlcjpwYXNz', 'https://user:pw@host', '?token=abcdefgh', '&password=ab', 'jo@example.org', '4111111111111111',
  '4111 1111 1111 1111', '3782.822463.10005', 'DE89370400440532013000', 'GB82 WEST 1234 5698 7654 32', '078-05-1120', '078.05.1120',
  '+49 30 1234567', '+4930123456789', '10.1.2.3', '2001:db8::1', 'fe80::1%eth0', 'PASSWORD="hunter22"', 'secret : a1b2c3d4', 'api_key=abcd',
  'Token = abc12345', '-----BEGIN PRIVATE KEY-----', 'dapi0123456789abcdef0123456789abcdef', 'plain', ' ', '\n', '_', '"',
] as const; // biome-ignore format: rows

test('no rule with a match is left out, and no text with a match passes for clean', () => {
  const rules = RULES.map(([, rule]): Rule => rule);
  const seen = new Set<Rule>();
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 5 }), (parts) => {
      const text = parts.join('');
      for (const rule of rules) {
        const isHinted = rule.hints === undefined || rule.hints.some((hint) => text.includes(hint));
        if (!isHinted || text.search(rule.pattern) < 0) continue;
        seen.add(rule);
        expect([text, ruleTest(text)(rule), mayHoldSecrets(text)]).toEqual([text, true, true]);
      }
    }),
    { numRuns: 3000 },
  );
  const names = RULES.filter(([, rule]) => seen.has(rule)).map(([name]) => name);
  expect(new Set(names)).toEqual(new Set(RULES.map(([name]) => name)));
});

test.each(['chat', 'assistant', 'gpt-4o-2024-08-06', 'api.openai.com', 'chatcmpl-123', 'stop', 'eu-1'])(
  '%s is clean at once',
  (text) => {
    expect(mayHoldSecrets(text)).toBe(false);
  },
);

test.each(['jo\uff20example.org', 'jo%40example.org', 'a'.repeat(300)])('%s is searched', (text) => {
  expect(mayHoldSecrets(text)).toBe(true);
});
