import { describe, expect, test, vi } from 'vitest';
import { optionPlace } from '../../../src/config/config-place.ts';
import { problemLine, validateConfig } from '../../../src/pipeline/config-file.ts';
import { compileMatch } from '../../../src/pipeline/match/compile-match.ts';
import { subject } from './subject.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

/** Compiles a match and fails if the match is refused. */
const matcher = (match: unknown) =>
  compileMatch(match, {
    at: (key) => optionPlace(String(key), (problem) => expect.fail(problem)),
    refuse: (problem) => expect.fail(problem),
  });

const problemsOf = (match: unknown): string[] => {
  const problems: string[] = [];
  compileMatch(
    match,
    optionPlace('match', (problem) => problems.push(problem)),
  );
  return problems;
};

const chat = subject({
  name: 'chat gpt-5',
  scope: '@x/llm-otel/openai',
  kind: 'client',
  status: 'error',
  parent: 'local',
  events: ['exception', 'first token'],
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.usage.input_tokens': 42,
    'gen_ai.response.finish_reasons': ['stop', 'length'],
    sizes: [1, 200],
    stream: true,
    absent: undefined,
    'body.map': { text: 'x' },
  },
  resource: { 'service.name': 'shop' },
  duration: 1500,
});

describe('a condition that holds', () => {
  test.each<[string, object]>([
    ['a name', { name: 'chat gpt-5' }],
    ['a glob', { name: 'chat *' }],
    ['one of several globs', { name: ['embeddings *', 'chat gpt-?'] }],
    ['a pattern, anywhere in the text', { name: { regex: 'gpt-\\d' } }],
    ['the scope', { scope: '@x/llm-otel*' }],
    ['the kind', { kind: ['client', 'server'] }],
    ['the status', { status: 'error' }],
    ['the parent', { parent: 'local' }],
    ['an event', { events: 'first*' }],
    ['a glob of an attribute', { attributes: { 'gen_ai.operation.name': 'c*t' } }],
    ['a number', { attributes: { 'gen_ai.usage.input_tokens': 42 } }],
    ['a glob of a number', { attributes: { 'gen_ai.usage.input_tokens': '4?' } }],
    ['a boolean', { attributes: { stream: true } }],
    ['a list of numbers', { attributes: { 'gen_ai.usage.input_tokens': [41, 42] } }],
    ['an item of an array', { attributes: { 'gen_ai.response.finish_reasons': 'length' } }],
    ['a comparison with an item', { attributes: { sizes: { gt: 100 } } }],
    ['a range', { attributes: { 'gen_ai.usage.input_tokens': { gte: 42, lt: 43 } } }],
    ['an attribute that is there', { attributes: { stream: { exists: true } } }],
    ['an attribute that is absent', { attributes: { absent: { exists: false }, other: { exists: false } } }],
    ['an attribute of every object is absent', { attributes: { constructor: { exists: false } } }],
    ['a pattern of an attribute', { attributes: { 'gen_ai.operation.name': { regex: '^(?i)CHAT$' } } }],
    ['the resource', { resource: { 'service.name': 'shop' } }],
    ['the duration', { duration: { gt: 1000, lte: 1500 } }],
    ['an LLM span', { llm: true }],
    ['one of any', { any: [{ name: 'x' }, { status: 'error' }] }],
    ['all of all', { all: [{ name: 'chat*' }, { status: 'error' }] }],
    ['not', { not: { name: 'x' } }],
    ['several conditions', { name: 'chat*', status: 'error', duration: { gt: 1 } }],
  ])('%s', (_, match) => {
    expect(matcher(match)(chat)).toBe(true);
  });
});

describe('a condition that does not hold', () => {
  test.each<[string, object]>([
    ['case counts', { name: 'CHAT*' }],
    ['a glob is the whole text', { name: 'chat' }],
    ['? is exactly one character', { name: 'chat gpt-5?' }],
    ['another kind', { kind: 's*' }],
    ['another status', { status: ['ok', 'unset'] }],
    ['no such event', { events: 'last' }],
    ['another number', { attributes: { 'gen_ai.usage.input_tokens': 4 } }],
    ['a number is no text to compare', { attributes: { 'gen_ai.operation.name': { gt: 0 } } }],
    ['a comparison needs one item', { attributes: { sizes: { gt: 1, lt: 200 } } }],
    ['an absent attribute', { attributes: { absent: '*' } }],
    ['an absent attribute in a comparison', { attributes: { absent: { lt: 1 } } }],
    ['an object has no string form', { attributes: { 'body.map': '*' } }],
    ['exists: false', { attributes: { stream: { exists: false } } }],
    ['not an LLM span', { llm: false }],
    ['one of several conditions', { name: 'chat*', status: 'ok' }],
    ['one of all', { all: [{ name: 'chat*' }, { status: 'ok' }] }],
    ['not', { not: { name: 'chat*' } }],
    ['too long', { duration: { lt: 1500 } }],
  ])('%s', (_, match) => {
    expect(matcher(match)(chat)).toBe(false);
  });

  test.each([
    { name: '*' },
    { scope: '*' },
    { kind: '*' },
    { status: '*' },
    { parent: '*' },
    { events: '*' },
    { duration: { gte: 0 } },
  ])('%o at the start of a span, where the field is not known', (match) => {
    expect(matcher(match)(subject())).toBe(false);
    expect(matcher({ not: match })(subject())).toBe(true);
  });
});

describe('what cannot be used is refused where it stands, and never matches', () => {
  test.each<[unknown, string]>([
    ['chat', 'match: it is a text; expected a map of conditions'],
    [null, 'match: it is null; expected a map of conditions'],
    [{}, 'match: it is an empty map; expected a map of conditions'],
    [{ name: 5 }, 'match.name: it is a number; expected a glob, a list of globs, or a map with the key regex'],
    [{ name: [] }, 'match.name: it is an empty list; expected a glob, a list of globs, or a map with the key regex'],
    [{ nam: 'a' }, 'match.nam: unknown key "nam"; expected one of name, scope, kind,'],
    [{ kind: 'CLIENT' }, 'match.kind: no word matches; expected one of internal, server, client, producer, consumer'],
    [{ status: 'failed' }, 'match.status: no word matches; expected one of unset, ok, error'],
    [{ duration: 5 }, 'match.duration: it is a number; expected a map with gt, gte, lt, lte'],
    [{ duration: { gt: '5' } }, 'match.duration.gt: it is a text; expected a number'],
    [{ duration: { regex: '5' } }, 'match.duration: unknown key "regex"; expected one of gt, gte, lt, lte'],
    [{ attributes: 'a' }, 'match.attributes: it is a text; expected a map of attributes'],
    [{ attributes: { a: null } }, 'match.attributes.a: it is null; expected a glob, a number, true or false'],
    [{ attributes: { a: {} } }, 'match.attributes.a: there are no keys; expected gt, gte, lt, lte, exists, regex'],
    [{ attributes: { a: { exists: 1 } } }, 'match.attributes.a.exists: it is a number; expected true or false'],
    [{ llm: 'yes' }, 'match.llm: it is a text; expected true or false'],
    [{ any: [] }, 'match.any: it is an empty list; expected a list of matches'],
    [{ any: [{ name: 'a' }, { name: 1 }] }, 'match.any[1].name: it is a number'],
    [{ not: 'a' }, 'match.not: it is a text; expected a map of conditions'],
    [
      { name: { regex: '(?=a)' } },
      'match.name.regex: the pattern cannot be used (invalid or unsupported Perl syntax: `(?=`); expected a regular expression of RE2, which has no look-around and no back-references',
    ],
    [
      { attributes: { a: { regex: '(a)\\1' } } },
      'match.attributes.a.regex: the pattern cannot be used (invalid escape',
    ],
    [{ attributes: { a: { regex: '' } } }, 'match.attributes.a.regex: it is an empty text; expected a regular expr'],
  ])('%j', (match, problem) => {
    const found = problemsOf(match);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(problem);
    expect(
      compileMatch(
        match,
        optionPlace('', () => {}),
      )(chat),
    ).toBe(false);
  });

  test('conditions without end', () => {
    const endless: { not?: object } = {};
    endless.not = endless;
    expect(problemsOf(endless)).toEqual([expect.stringContaining('nested too deep; expected at most 20 levels')]);
  });
});

test('a match of a configuration file is refused with its place in the file', () => {
  const text = `file_format: "1.1"
tracer_provider:
  processors:
    - llm_otel_pipeline:
        steps:
          - filter:
              drop:
                any:
                  - name: { regex: "(?<=a)b" }
                  - status: errror
        exporter: { console: }
`;
  expect(validateConfig(text, { file: 'otel.yaml' }).map(problemLine)).toEqual([
    expect.stringMatching(
      /^otel\.yaml:9:36 \/tracer_provider\/processors\/0\/llm_otel_pipeline\/steps\/0\/filter\/drop\/any\/0\/name\/regex: the pattern cannot be used \(.*\); expected a regular expression of RE2/,
    ),
    'otel.yaml:10:29 /tracer_provider/processors/0/llm_otel_pipeline/steps/0/filter/drop/any/1/status: no word matches; expected one of unset, ok, error',
  ]);
});

test('a filter has one key, also in a file', () => {
  const text = `file_format: "1.1"
tracer_provider:
  processors:
    - llm_otel_pipeline:
        steps: [{ filter: { drop: { name: x }, keep: { name: y } } }]
        exporter: { console: }
`;
  expect(validateConfig(text, { file: 'a.yaml' }).map(problemLine)).toEqual([
    'a.yaml:5:27 /tracer_provider/processors/0/llm_otel_pipeline/steps/0/filter: there are several keys; expected one of drop, keep and llm_only, and a step for each',
  ]);
});

describe('a name that is no text', () => {
  const NAMES: readonly unknown[] = [42, null, Symbol('a'), {}, undefined];
  const CONDITIONS = ['GET *', '*T', 'a*b', 'a*b*c', 'G?T', 'GET', ['GET', 'P*'], { regex: 'G' }];
  const cases = NAMES.flatMap((name) => CONDITIONS.map((condition) => [name, condition] as const));

  test.each(cases)('%# matches no condition, and never throws', (name, condition) => {
    const one = subject({ name: name as string, scope: name as string, events: [name as string] });
    for (const key of ['name', 'scope', 'events']) {
      expect(matcher({ [key]: condition })(one)).toBe(false);
      expect(matcher({ not: { [key]: condition } })(one)).toBe(true);
    }
  });
});
