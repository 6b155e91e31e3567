import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { optionPlace } from '../../../src/config/config-place.ts';
import { compileMatch } from '../../../src/pipeline/match/compile-match.ts';
import { subject } from './subject.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

const values = fc.oneof(fc.anything({ maxDepth: 2 }), fc.constantFrom('client', 'error', '*', { regex: 'a+' }));
const conditions = fc.record(
  {
    name: values,
    scope: values,
    kind: values,
    status: values,
    parent: values,
    events: values,
    attributes: fc.oneof(values, fc.dictionary(fc.string(), values)),
    resource: values,
    duration: values,
    llm: values,
    not: values,
    any: values,
  },
  { requiredKeys: [] },
);
const subjects = fc.record({
  name: fc.option(fc.string(), { nil: undefined }),
  scope: fc.constant(undefined),
  kind: fc.constantFrom('client' as const, undefined),
  status: fc.constantFrom('error' as const, undefined),
  parent: fc.constantFrom('none' as const, undefined),
  events: fc.option(fc.array(fc.string()), { nil: undefined }),
  attributes: fc.dictionary(fc.string(), fc.anything()),
  resource: fc.dictionary(fc.string(), fc.anything()),
  duration: fc.option(fc.double(), { nil: undefined }),
});

test('neither compiling nor matching throws, a subject stays as it is, and what is refused never matches alone', () => {
  fc.assert(
    fc.property(fc.oneof(conditions, fc.anything()), subjects, (match, one) => {
      const problems: string[] = [];
      const before = structuredCloneOf(one);
      const matches = compileMatch(
        match,
        optionPlace('match', (problem) => problems.push(problem)),
      );
      const answer = matches(one);
      expect(typeof answer).toBe('boolean');
      expect(structuredCloneOf(one)).toEqual(before);
      for (const problem of problems) expect(problem).toMatch(/^match.*: .*; expected /s);
    }),
    { numRuns: 2000 },
  );
});

/** A text that shows every value of a subject. */
const structuredCloneOf = (value: unknown): string => fc.stringify(value);

test.each([
  ['name', '*a*a*a*a*a*a*a*a*b'],
  ['name', `${'a*'.repeat(40)}b`],
  ['name', `${'?*'.repeat(40)}b`],
  ['name', { regex: '(a+)+$' }],
  ['name', { regex: '(a|aa)+b' }],
  ['name', { regex: '(.*a){20}b' }],
])('%s %j takes linear time', (key, condition) => {
  const matches = compileMatch(
    { [key]: condition },
    optionPlace('', (problem) => expect.fail(problem)),
  );
  const time = (length: number): number => {
    const one = subject({ name: `${'a'.repeat(length)}!` });
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      matches(one);
      least = Math.min(least, performance.now() - start);
    }
    return least;
  };
  time(2000); // compiled by V8
  // Eight times the length: 64 times the time if the time were quadratic.
  expect(time(40_000)).toBeLessThan(Math.max(time(5000), 0.5) * 30);
});
