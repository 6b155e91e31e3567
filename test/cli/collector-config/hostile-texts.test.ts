import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { collectorDocument } from '../../../src/cli/collector-config/collector-document.ts';
import { conditionOf } from '../../../src/cli/collector-config/ottl/condition.ts';
import { globPattern } from '../../../src/cli/collector-config/ottl/glob-pattern.ts';
import { ottlText } from '../../../src/cli/collector-config/ottl/ottl-text.ts';
import { EventMarks } from '../../../src/cli/collector-config/processor.ts';
import { SECRET_PATTERNS, withoutLookAround } from '../../../src/cli/collector-config/twins/secret-patterns.ts';
import { yamlOf } from '../../../src/cli/collector-config/yaml-text.ts';
import { readTail } from '../../../src/config/sampling/tail-settings.ts';
import { compileGlobs } from '../../../src/runtime/glob.ts';
import { pipelineFile, settingsOf } from '../../config/file/files.ts';

/** Texts that break out of quotes, lines and variables. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', "'", '\\', '$', '{', '}', '\n', '\u0085', '\u2028', ':', '#', '-', ' ', '\ud800', 'a'),
  }),
  fc.constantFrom(
    'true',
    'null',
    '~',
    '1',
    '',
    'on',
    '- x',
    '# x',
    `\${env:HOME}`,
    '$$',
    '\ufeff',
    '*',
    '&a',
    '!!str',
    '7ms',
  ),
);

/** What a Collector makes of texts: `$$` is `$`, and `${...}` a variable. */
function expanded(value: unknown): unknown {
  if (typeof value === 'string') {
    expect(value.replaceAll('$$', '')).not.toContain('$');
    return value.replaceAll('$$', '$');
  }
  if (Array.isArray(value)) return value.map(expanded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expanded(one)]));
}

const isWellFormed = (value: string): boolean => value === Buffer.from(value).toString();

describe('whatever a text is', () => {
  test('YAML has the text', () => {
    fc.assert(
      fc.property(text, fc.array(text), (one, many) => {
        const data = { one, list: many, inner: { many: many.map((name) => ({ name })) } };
        const lines = yamlOf(data);
        for (const line of lines) expect(line).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
        fc.pre([one, ...many].every(isWellFormed));
        expect(expanded(parse(lines.join('\n')))).toEqual(data);
      }),
    );
  });

  test('OTTL has the text', () => {
    fc.assert(
      fc.property(text, (one) => {
        const quoted = ottlText(one);
        // The whole is one token of OTTL, which is read like a text of JSON.
        expect(/^"(?:\\.|[^\\"])*"$/.test(quoted)).toBe(true);
        expect(JSON.parse(quoted)).toBe(Buffer.from(one).toString());
      }),
    );
  });

  test('a condition has the text in quotes', () => {
    fc.assert(
      fc.property(text, text, (key, value) => {
        const match = { name: value, attributes: { [key]: [value, 5] }, not: { scope: [value, key] } };
        const condition = conditionOf(match, new EventMarks('traces'));
        const outside = condition.replaceAll(/"(?:\\.|[^"\\])*"/g, '""');
        expect(outside).toMatch(
          /^\((?:span\.name == ""|IsMatch\(span\.name, ""\)) and IsMatch\(span\.attributes\[""\], ""\) and not \(IsMatch\(instrumentation_scope\.name, ""\)\)\)$/,
        );
      }),
    );
  });
});

test('names of policies do not break out of comments', () => {
  fc.assert(
    fc.property(text, (name) => {
      const { sdk } = settingsOf(pipelineFile('exporter: { otlp_http: { endpoint: "https://backend.example" } }'));
      const [pipeline] = sdk.traces?.pipelines ?? [];
      if (sdk.traces === undefined || pipeline === undefined) throw new Error('no pipeline');
      const pipelines = [{ ...pipeline, tail: readTail({ policies: [{ name: name || 'x', rate: 1 }] }) }];
      const { lines } = collectorDocument({
        sdk: { ...sdk, traces: { ...sdk.traces, pipelines } },
        endpoint: undefined,
      });
      const end = lines.indexOf('receivers:');
      expect(lines.slice(0, end).every((line) => /^# [^\n\r\u0085\u2028\u2029]*$/.test(line))).toBe(true);
      expect(lines.slice(0, end).some((line) => line.startsWith('# differs: '))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('a pattern of globs matches what the globs match', () => {
  const piece = fc.constantFrom('a', 'b', '*', '?', '.', '\n', '(', '\\', '$', '^', 'é', '\u{1f600}');
  const glob = fc.array(piece, { maxLength: 5 }).map((parts) => parts.join(''));
  const sample = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(glob, { minLength: 1, maxLength: 3 }), sample, (globs, one) => {
      expect(RE2JS.compile(globPattern(globs)).test(one)).toBe(compileGlobs(globs)(one));
    }),
  );
});

test('look-around is taken out of patterns', () => {
  expect(withoutLookAround('(?<![a)])x(?=(?:y|z))[(?!](?<=://(a))b(?!c)\\(d')).toBe('x[(?!](?:://(a))b\\(d');
});

/** A secret of each detector. */
const SECRETS = {
  private_key: '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc',
  url_credentials: 'redis://user:hunter2@host',
  api_key: 'sk-abc123def456ghi789jkl012',
  bearer_token: 'Bearer abcdefgh12345678',
  url_secret: 'https://x/?token=abcdefgh12',
  email: 'jo@example.org',
  card: '4111 1111 1111 1111',
  iban: 'DE89 3704 0044 0532 0130 00',
  ssn: '123-45-6789',
  phone: '+1 555 123 4567',
  ip: '2001:db8::1',
} as const satisfies Record<keyof typeof SECRET_PATTERNS, string>;

test.each(Object.entries(SECRETS))('a pattern of RE2 finds %s', (name, secret) => {
  const patterns = SECRET_PATTERNS[name as keyof typeof SECRETS].map((pattern) => RE2JS.compile(pattern));
  const found = (one: string): boolean => patterns.some((pattern) => pattern.test(one));
  expect([found(`is ${secret}, so`), found('a plain sentence of 12 words: be, face, +1 and 10 %')]).toEqual([
    true,
    false,
  ]);
});
