import { SpanKind } from '@opentelemetry/api';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { ComposableOption } from '../../../src/config/start/sampler-option.ts';
import { readSamplerOption } from '../../../src/config/start/sampler-option.ts';
import { readOtState, withThreshold } from '../../../src/pipeline/samplers/composite/trace-state.ts';
import { createProviderSampler } from '../../../src/pipeline/samplers/create-sampler.ts';
import { ask, parentContext, type Start } from './support.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

/** The composite sampler of an option. */
function composite(option: ComposableOption) {
  const settings = readSamplerOption({ 'composite/development': option });
  return createProviderSampler(
    settings,
    { attributes: { 'service.name': 'shop' } },
    { isCounted: false, isLogged: false },
  ).sampler;
}

/** The decision and the member `ot` of the trace state. */
function decide(option: ComposableOption, start?: Start): [sampled: boolean, ot: string | undefined] {
  const { decision, traceState } = ask(composite(option), start);
  return [decision === 2, traceState?.get('ot')];
}

/** A trace id whose random value begins with `digits`. */
const idWith = (digits: string): string => `4bf92f3577b34da6a3${digits.padEnd(14, '0')}`;

describe('thresholds', () => {
  test.each<[number, string, boolean, string | undefined]>([
    [1, '0', true, 'th:0'],
    [0.5, '8', true, 'th:8'],
    [0.5, '7fffffffffffff', false, undefined],
    [0.25, 'c', true, 'th:c'],
    [0.25, 'bfffffffffffff', false, undefined],
    [0, 'ffffffffffffff', false, undefined],
  ])('probability %d and a random value %s', (ratio, digits, isSampled, ot) => {
    expect(decide({ probability: { ratio } }, { traceId: idWith(digits) })).toEqual([isSampled, ot]);
  });

  test('always_on and always_off', () => {
    expect(decide({ always_on: {} })).toEqual([true, 'th:0']);
    expect(decide({ always_off: {} })).toEqual([false, undefined]);
  });

  test('a larger probability samples whatever a smaller one samples', () => {
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(ratio, ratio, fc.bigInt({ min: 0n, max: 2n ** 56n - 1n }), (a, b, random) => {
        const traceId = idWith(random.toString(16).padStart(14, '0'));
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map(
          (one) => decide({ probability: { ratio: one } }, { traceId })[0],
        );
        expect(high || !low).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('the random value of the trace state goes before the trace id', () => {
    const context = parentContext(true, true, 'rv:00000000000000');
    expect(decide({ probability: { ratio: 0.5 } }, { context, traceId: idWith('f') })).toEqual([
      false,
      'rv:00000000000000',
    ]);
  });
});

describe('parent_threshold', () => {
  const option: ComposableOption = { parent_threshold: { root: { probability: { ratio: 0.5 } } } };
  test.each<[string, Start, [boolean, string | undefined]]>([
    ['no parent', { traceId: idWith('f') }, [true, 'th:8']],
    ['a sampled parent', { context: parentContext(true, true), traceId: idWith('0') }, [true, undefined]],
    ['a parent that is not sampled', { context: parentContext(false, true), traceId: idWith('f') }, [false, undefined]],
    ['the threshold of a parent', { context: parentContext(true, true, 'th:c'), traceId: idWith('d') }, [true, 'th:c']],
    [
      'the threshold of a parent, too high',
      { context: parentContext(true, true, 'th:c'), traceId: idWith('b') },
      [false, ''],
    ],
    ['other keys stay', { context: parentContext(true, true, 'th:c;p:8'), traceId: idWith('d') }, [true, 'th:c;p:8']],
  ])('%s', (_, start, [isSampled, ot]) => {
    const [decision, state] = decide(option, start);
    expect([decision, state ?? (ot === '' ? '' : undefined)]).toEqual([isSampled, ot]);
  });
});

describe('rule_based', () => {
  const chat = { attributes: { 'gen_ai.operation.name': 'chat', 'http.response.status_code': 404, tags: ['a', 'b'] } };
  test.each<[string, object, Start, boolean]>([
    ['no condition', {}, {}, true],
    ['a value', { attributeValues: { key: 'gen_ai.operation.name', values: ['chat', 'x'] } }, chat, true],
    ['a value is no glob', { attributeValues: { key: 'gen_ai.operation.name', values: ['ch*'] } }, chat, false],
    [
      'a number by its string form',
      { attributeValues: { key: 'http.response.status_code', values: ['404'] } },
      chat,
      true,
    ],
    ['any item of a list', { attributeValues: { key: 'tags', values: ['b'] } }, chat, true],
    ['no such attribute', { attributeValues: { key: 'x', values: ['b'] } }, chat, false],
    ['a pattern', { attributePatterns: { key: 'http.response.status_code', included: ['4*'] } }, chat, true],
    ['a pattern left out', { attributePatterns: { key: 'tags', included: ['?'], excluded: ['a', 'b'] } }, chat, false],
    ['only exclusions', { attributePatterns: { key: 'tags', excluded: ['a'] } }, chat, true],
    ['a kind', { spanKinds: ['client', 'server'] }, { kind: SpanKind.SERVER }, true],
    ['another kind', { spanKinds: ['client'] }, { kind: SpanKind.SERVER }, false],
    ['a parent', { parent: ['none'] }, {}, true],
    ['another parent', { parent: ['none'] }, { context: parentContext(true) }, false],
    ['all conditions', { spanKinds: ['client'], parent: ['none'] }, { kind: SpanKind.SERVER }, false],
  ])('%s', (_, conditions, start, isSampled) => {
    const rules = [{ ...conditions, sampler: { always_on: {} } }];
    expect(decide({ rule_based: { rules } }, start)[0]).toBe(isSampled);
  });

  test('without a rule that holds nothing is sampled; the first rule decides', () => {
    expect(decide({ rule_based: { rules: [] } })[0]).toBe(false);
    const rules = [{ spanKinds: ['client' as const], sampler: { always_off: {} } }, { sampler: { always_on: {} } }];
    expect(decide({ rule_based: { rules } }, { kind: SpanKind.CLIENT })[0]).toBe(false);
    expect(decide({ rule_based: { rules } })[0]).toBe(true);
  });
});

describe('samplers of this package', () => {
  const half = { probability: { ratio: 0.5 } };
  const most = { probability: { ratio: 0.75 } };
  const limit = { llm_otel_rate_limiting: { tracesPerSecond: 0.001 } };

  test('any has the lowest threshold, all the highest', () => {
    expect(decide({ llm_otel_any: { samplers: [half, most] } }, { traceId: idWith('5') })).toEqual([true, 'th:4']);
    expect(decide({ llm_otel_all: { samplers: [half, most] } }, { traceId: idWith('9') })).toEqual([true, 'th:8']);
    expect(decide({ llm_otel_all: { samplers: [half, most] } }, { traceId: idWith('5') })).toEqual([false, undefined]);
    expect(decide({ llm_otel_any: { samplers: [half, { always_off: {} }] } }, { traceId: idWith('5') })[0]).toBe(false);
  });

  test('a rate limit has no threshold, and counts only what all samplers before sample', () => {
    const sampler = composite({ llm_otel_all: { samplers: [half, limit] } });
    expect(ask(sampler, { traceId: idWith('5') }).decision).toBe(0);
    expect(ask(sampler, { traceId: idWith('9') })).toEqual({ decision: 2, rule: 'all', attributes: {} });
    expect(ask(sampler, { traceId: idWith('9') })).toEqual({ decision: 0, rule: 'rate_limiting' });
  });

  test('rules, with the resource, and an adaptive share', () => {
    const option: ComposableOption = {
      llm_otel_rules: {
        rules: [{ name: 'shop', match: { name: 'a', resource: { 'service.name': 'shop' } }, sampler: half }],
        fallback: { llm_otel_adaptive: { tracesPerSecond: 1, max: 0.25 } },
      },
    };
    expect(ask(composite(option), { name: 'a', traceId: idWith('9') })).toMatchObject({ decision: 2, rule: 'shop' });
    expect(decide(option, { name: 'b', traceId: idWith('9') })).toEqual([false, undefined]);
    expect(decide(option, { name: 'b', traceId: idWith('d') })).toEqual([true, 'th:c']);
    expect(String(composite(option))).toBe(
      'Composite{Rules{shop=Probability{0.5},fallback=Adaptive{1/s,min=0,max=0.25}}}',
    );
  });
});

test('the member ot: what cannot be read is left out, and the value stays short', () => {
  const state = (value: string) => ({ get: () => value }) as unknown as NonNullable<Parameters<typeof readOtState>[0]>;
  expect(readOtState(state('th:8;rv:0123456789abcd;x:y'))).toEqual({
    threshold: '80000000000000',
    randomness: '0123456789abcd',
    others: ['x:y'],
  });
  expect(readOtState(state('th:XYZ;rv:12;'))).toEqual({ threshold: undefined, randomness: undefined, others: [] });
  const long = { threshold: undefined, randomness: undefined, others: ['a:b', `x:${'y'.repeat(300)}`] };
  expect(withThreshold(undefined, long, '00000000000000')?.get('ot')).toBe('th:0;a:b');
});
