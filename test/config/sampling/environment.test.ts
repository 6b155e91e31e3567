import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readLogSampling, samplerSettings } from '../../../src/config/sampling/environment-sampler.ts';
import { tailOfEnvironment } from '../../../src/config/sampling/tail-settings.ts';

const warnings: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warnOnce: (message: string) => void warnings.push(message),
}));
beforeEach(() => {
  warnings.length = 0;
});

describe('LLM_OTEL_SAMPLER', () => {
  test.each([
    ['rate_limiting', '50', { kind: 'rate_limiting', tracesPerSecond: 50, burst: 50, key: undefined }],
    ['RATE_LIMITING', '0.5', { kind: 'rate_limiting', tracesPerSecond: 0.5, burst: 1 }],
    [
      'rate_limiting',
      'traces_per_second=50, burst=100,key=gen_ai.request.model',
      { tracesPerSecond: 50, burst: 100, key: 'gen_ai.request.model' },
    ],
    ['adaptive', '7', { kind: 'adaptive', tracesPerSecond: 7, min: 0, max: 1 }],
    ['adaptive', 'traces_per_second=50,min=0.01,max=0.5', { tracesPerSecond: 50, min: 0.01, max: 0.5 }],
  ])('%s with %s', (name, argument, root) => {
    const env = { LLM_OTEL_SAMPLER: name, LLM_OTEL_SAMPLER_ARG: argument, OTEL_TRACES_SAMPLER: 'always_off' };
    expect(samplerSettings(env)).toMatchObject({
      kind: 'parent_based',
      root,
      remoteParentNotSampled: { kind: 'always_off' },
    });
    expect(warnings).toEqual([]);
  });

  test.each([
    [
      'tail',
      '',
      /^LLM_OTEL_SAMPLER: "tail" cannot be used, expected one of rate_limiting, adaptive; using the sampler of/,
    ],
    [
      'rate_limiting',
      '',
      /^LLM_OTEL_SAMPLER_ARG: "" cannot be used, it is not set; rate_limiting needs traces a second/,
    ],
    ['rate_limiting', '0', /traces_per_second: "0" cannot be used, expected a number above 0/],
    ['rate_limiting', 'fast', /"fast" cannot be used, expected a number above 0/],
    ['rate_limiting', 'traces_per_second=5,bust=9', /"bust" is not known, did you mean burst\?/],
    ['rate_limiting', 'traces_per_second=5,9', /"9" has no "="/],
    ['rate_limiting', 'burst=5', /traces_per_second is missing/],
    ['rate_limiting', 'traces_per_second=5,burst=0.5', /burst: "0.5" cannot be used, expected a number of at least 1/],
    ['adaptive', 'traces_per_second=5,min=0.9,max=0.1', /min: 0.9 is more than max, 0.1; adaptive needs/],
    ['adaptive', 'traces_per_second=5,max=2', /max: "2" cannot be used, expected a number from 0 to 1/],
  ])('%s with "%s" leaves the choice to OTEL_TRACES_SAMPLER', (name, argument, warning) => {
    const env = { LLM_OTEL_SAMPLER: name, LLM_OTEL_SAMPLER_ARG: argument, OTEL_TRACES_SAMPLER: 'always_off' };
    expect(samplerSettings(env)).toEqual({ kind: 'always_off' });
    expect(warnings).toEqual([expect.stringMatching(warning)]);
  });
});

test.each([
  [{ LLM_OTEL_LOG_SAMPLING: '1' }, false, true],
  [{ LLM_OTEL_LOG_SAMPLING: '0' }, true, false],
  [{}, true, true],
])('%o before the file, which says %s', (env, file, isLogged) => {
  expect(readLogSampling(env, file)).toBe(isLogged);
});

describe('LLM_OTEL_TAIL', () => {
  test('one policy an item, each keeps, and the rest is dropped', () => {
    const text = 'error, duration>10000,cost>=0.05,model=gpt-5*,rate=5,ratio=0.1';
    expect(tailOfEnvironment({ LLM_OTEL_TAIL: text })).toEqual({
      decisionWait: 30_000,
      maxTraces: 10_000,
      maxSpans: 100_000,
      default: 'drop',
      decided: 50_000,
      policies: [
        { name: 'error', keep: { status: 'error' } },
        { name: 'duration>10000', keep: { duration: { gt: 10_000 } } },
        { name: 'cost>=0.05', keep: { attributes: { 'gen_ai.usage.cost': { gte: 0.05 } } } },
        {
          name: 'model=gpt-5*',
          keep: {
            any: [
              { attributes: { 'gen_ai.request.model': 'gpt-5*' } },
              { attributes: { 'gen_ai.response.model': 'gpt-5*' } },
            ],
          },
        },
        { name: 'rate=5', rate: 5 },
        { name: 'ratio=0.1', ratio: 0.1 },
      ],
    });
    expect(warnings).toEqual([]);
  });

  test.each([
    'errors',
    'duration>',
    'duration>long',
    'duration=5',
    'cost=1',
    'ratio=2',
    'ratio>0.1',
    'rate=0',
    'size>5',
    'model=',
  ])('%s is left out, and alone switches nothing on', (item) => {
    expect(tailOfEnvironment({ LLM_OTEL_TAIL: `error,${item}` })?.policies).toHaveLength(1);
    expect(tailOfEnvironment({ LLM_OTEL_TAIL: item })).toBeUndefined();
    expect(warnings[0]).toMatch(/^LLM_OTEL_TAIL: ".*" cannot be used, expected error, duration>10000/);
  });

  test('unset: no tail', () => {
    expect(tailOfEnvironment({ LLM_OTEL_TAIL: '' })).toBeUndefined();
  });
});
