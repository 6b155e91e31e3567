import { type Attributes, SpanKind } from '@opentelemetry/api';
import fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { AllSampler, AnySampler } from '../../../src/pipeline/samplers/joined-samplers.ts';
import { RateLimitingSampler } from '../../../src/pipeline/samplers/rate-limiting-sampler.ts';
import { RulesSampler } from '../../../src/pipeline/samplers/rules-sampler.ts';
import { always, ask, parentContext, type Start, samples } from './support.ts';

const warnings: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warnOnce: (message: string) => void warnings.push(message),
}));
beforeEach(() => {
  warnings.length = 0;
});

describe('RulesSampler', () => {
  const MODEL = { attributes: { 'gen_ai.request.model': 'gpt-5-mini' } };

  test.each<[match: object, start: Start, isMatch: boolean]>([
    [{ name: 'GET *' }, { name: 'GET /health' }, true],
    [{ name: 'GET *' }, { name: 'POST /' }, false],
    [{ kind: 'client' }, { kind: SpanKind.CLIENT }, true],
    [{ kind: 'client' }, { kind: SpanKind.SERVER }, false],
    [{ parent: 'none' }, {}, true],
    [{ parent: 'remote' }, { context: parentContext(true, true) }, true],
    [{ parent: 'local' }, { context: parentContext(true, true) }, false],
    [{ parent: 'local' }, { context: parentContext(false) }, true],
    [{ attributes: { 'gen_ai.request.model': ['gpt-5*', 'o*'] } }, MODEL, true],
    [{ attributes: { 'gen_ai.request.model': 'gpt-4*' } }, MODEL, false],
    [{ llm: true }, { attributes: { 'gen_ai.operation.name': 'chat' } }, true],
    [{ resource: { 'service.name': 'shop' } }, {}, true],
    [{ resource: { 'service.name': 'store' } }, {}, false],
    [{ any: [{ name: 'x' }, { kind: 'internal' }] }, {}, true],
    [{ not: { name: 'span' } }, {}, false],
  ])('%j and %j', (match, start, isMatch) => {
    const rules = [{ name: 'rule', match, sampler: always(0) }];
    const sampler = new RulesSampler({ rules, fallback: always(2) }, { attributes: { 'service.name': 'shop' } });
    expect(ask(sampler, start)).toEqual(isMatch ? { decision: 0, rule: 'rule' } : { decision: 2, rule: 'fallback' });
    expect(warnings).toEqual([]);
  });

  test('the first rule that matches decides, whatever its sampler says', () => {
    const rules = (['a*', 'ab*', '*'] as const).map((name, index) => ({
      name: `rule ${index}`,
      match: { name },
      sampler: always(index),
    }));
    const sampler = new RulesSampler({ rules });
    const decide = (name: string) => ask(sampler, { name });
    expect(decide('abc')).toEqual({ decision: 0, rule: 'rule 0' });
    expect(decide('b')).toEqual({ decision: 2, rule: 'rule 2' });
  });

  test('of many rules and names, by the definition', () => {
    const rule = fc.record({ prefix: fc.constantFrom('', 'a', 'ab', 'b', 'ba'), decision: fc.constantFrom(0, 2) });
    const name = fc.stringMatching(/^[ab]{0,3}$/);
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 5 }), name, (rules, spanName) => {
        const sampler = new RulesSampler({
          rules: rules.map(({ prefix, decision }, index) => ({
            name: `${index}`,
            match: { name: `${prefix}*` },
            sampler: always(decision),
          })),
          fallback: always(0),
        });
        const first = rules.findIndex(({ prefix }) => spanName.startsWith(prefix));
        expect(ask(sampler, { name: spanName })).toEqual({
          decision: rules[first]?.decision ?? 0,
          rule: first < 0 ? 'fallback' : `${first}`,
        });
      }),
    );
  });

  test.each<[object, RegExp]>([
    [{ duration: { gt: 5 } }, /^sampler rule slow: match.duration: it is not known when a span starts.*tail\.$/],
    [{ any: [{ name: 'x' }, { not: { status: 'error' } }] }, /match\.any\[1\]\.not\.status: it is not known/],
    [{ all: [{ events: 'x' }] }, /match\.all\[0\]\.events: it is not known/],
    [{ names: 'x' }, /unknown key "names".*did you mean "name"/],
  ])('%j is told', (match, warning) => {
    const sampler = new RulesSampler({ rules: [{ name: 'slow', match, sampler: always(2) }], fallback: always(0) });
    expect(warnings[0]).toMatch(warning);
    expect(() => ask(sampler)).not.toThrow();
  });

  test('without a fallback everything is sampled', () => {
    const sampler = new RulesSampler({ rules: [] });
    expect(samples(sampler)).toBe(true);
    expect(String(sampler)).toBe('Rules{fallback=AlwaysOn}');
  });

  test.each([{}, { rules: [{ name: '', match: {}, sampler: always(2) }] }, { rules: [{ name: 'a', match: {} }] }])(
    '%j cannot be used',
    (options) => {
      expect(() => new RulesSampler(options as never)).toThrow(TypeError);
    },
  );
});

describe('AnySampler and AllSampler', () => {
  const decisions = fc.array(fc.constantFrom(0, 1, 2), { minLength: 1, maxLength: 6 });

  test('are the most and the least of all decisions', () => {
    fc.assert(
      fc.property(decisions, (all) => {
        const samplers = all.map((decision) => always(decision));
        expect(ask(new AnySampler({ samplers })).decision).toBe(Math.max(...all));
        expect(ask(new AllSampler({ samplers })).decision).toBe(Math.min(...all));
      }),
    );
  });

  test('nested, like any and every of the same booleans', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.boolean(), { minLength: 1 }), { minLength: 1, maxLength: 4 }), (groups) => {
        const inner = groups.map((group) => group.map((is) => always(is ? 2 : 0)));
        const anyOfAll = new AnySampler({ samplers: inner.map((samplers) => new AllSampler({ samplers })) });
        const allOfAny = new AllSampler({ samplers: inner.map((samplers) => new AnySampler({ samplers })) });
        expect(samples(anyOfAll)).toBe(groups.some((group) => group.every(Boolean)));
        expect(samples(allOfAny)).toBe(groups.every((group) => group.some(Boolean)));
      }),
    );
  });

  test('ask in order, and stop: a rate limit at the end counts what is left', () => {
    const limit = () => new RateLimitingSampler({ tracesPerSecond: 1, burst: 2 }, () => 0);
    const any = new AnySampler({ samplers: [always(2), limit()] });
    expect([1, 2, 3, 4].map(() => samples(any))).toEqual([true, true, true, true]);
    let says = 0;
    const turns = { shouldSample: () => ({ decision: says++ % 2 === 0 ? 0 : 2 }), toString: () => 'turns' };
    const all = new AllSampler({ samplers: [turns, limit()] });
    expect([1, 2, 3, 4, 5, 6].map(() => samples(all))).toEqual([false, true, false, true, false, false]);
  });

  test('name the sampler that has decided, and join attributes', () => {
    const withAttributes = (attributes: Attributes) => ({
      shouldSample: () => ({ decision: 2, attributes }),
      toString: () => 'x',
    });
    const all = new AllSampler({ samplers: [withAttributes({ a: 1 }), withAttributes({ b: 2 })] });
    expect(ask(all)).toEqual({ decision: 2, rule: 'all', attributes: { a: 1, b: 2 } });
    expect(ask(new AllSampler({ samplers: [always(2), always(0, 'no')] })).rule).toBe('no');
    expect(ask(new AnySampler({ samplers: [always(0, 'no'), always(2, 'yes')] })).rule).toBe('yes');
    expect(ask(new AnySampler({ samplers: [always(0, 'no')] }))).toEqual({ decision: 0, rule: 'any' });
    expect(String(new AnySampler({ samplers: [always(2), all] }))).toBe('Any{always 2,All{x,x}}');
  });

  test('a sampler of the user that throws, or returns nonsense, records, and is told', () => {
    const throws = {
      shouldSample() {
        throw new Error('oh');
      },
      toString: () => 'mine',
    };
    expect(samples(new AllSampler({ samplers: [throws] }))).toBe(true);
    expect(samples(new AnySampler({ samplers: [always(7)] }))).toBe(true);
    expect(warnings).toEqual([
      expect.stringContaining('the sampler mine threw Error: oh; the span is recorded.'),
      expect.stringContaining('the sampler always 7 returned no decision'),
    ]);
  });

  test.each([undefined, { samplers: [] }, { samplers: [{}] }])('%j cannot be used', (options) => {
    expect(() => new AnySampler(options as never)).toThrow('AnySampler: samplers: expected a list');
    expect(() => new AllSampler(options as never)).toThrow('AllSampler: samplers: expected a list');
  });
});
