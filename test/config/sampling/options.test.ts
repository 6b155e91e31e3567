import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readPipelineOptions, type TailOption } from '../../../src/config/start/pipeline-options.ts';
import { readSamplerOption, type SamplerOption } from '../../../src/config/start/sampler-option.ts';

const warnings: string[] = [];
vi.mock(import('../../../src/runtime/log.ts'), async (original) => ({
  ...(await original()),
  warnOnce: (message: string) => void warnings.push(message),
}));
beforeEach(() => {
  warnings.length = 0;
});

describe('sampler', () => {
  test.each<[SamplerOption, object]>([
    [{ llm_otel_rate_limiting: { tracesPerSecond: 5, key: 'user.id' } }, { kind: 'rate_limiting', key: 'user.id' }],
    [{ llm_otel_adaptive: { tracesPerSecond: 5, min: 0.1 } }, { kind: 'adaptive', min: 0.1, max: 1 }],
    [
      { parent_based: { root: { always_on: {} }, remoteParentSampled: { always_off: {} } } },
      { root: { kind: 'always_on' }, remoteParentSampled: { kind: 'always_off' } },
    ],
    [
      {
        llm_otel_rules: {
          rules: [
            { name: 'a', match: { kind: 'client' }, sampler: { llm_otel_all: { samplers: [{ always_on: {} }] } } },
          ],
          fallback: { llm_otel_any: { samplers: [{ trace_id_ratio_based: { ratio: 0.5 } }] } },
        },
      },
      {
        kind: 'rules',
        rules: [{ name: 'a', match: { kind: 'client' }, sampler: { kind: 'all' } }],
        fallback: { kind: 'any', samplers: [{ kind: 'trace_id_ratio_based', ratio: 0.5 }] },
      },
    ],
    [{ llm_otel_module: { module: './s.mjs' } }, { kind: 'module', module: './s.mjs', from: process.cwd() }],
    [
      {
        'composite/development': {
          rule_based: {
            rules: [
              {
                attributePatterns: { key: 'a', included: ['b*'], excluded: ['bc'] },
                spanKinds: ['client'],
                parent: ['none'],
                sampler: { llm_otel_rules: { rules: [], fallback: { always_off: {} } } },
              },
            ],
          },
        },
      },
      {
        kind: 'composite',
        sampler: {
          rules: [
            {
              attributePatterns: { key: 'a', included: ['b*'], excluded: ['bc'] },
              parent: ['none'],
              sampler: { kind: 'rules', fallback: { kind: 'always_off' } },
            },
          ],
        },
      },
    ],
  ])('%j', (option, settings) => {
    expect(readSamplerOption(option)).toMatchObject(settings);
    expect(warnings).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{ llm_otel_rate_limiting: {} }, 'llm_otel_rate_limiting: traces_per_second is missing'],
    [{ llm_otel_rate_limiting: { tracePerSecond: 5, tracesPerSecond: 5 } }, 'did you mean tracesPerSecond?'],
    [{ llm_otel_rate_limiting: { tracesPerSecond: 5, key: 7 } }, 'key: expected a text, got 7'],
    [{ rate_limiting: { tracesPerSecond: 5 } }, 'rate_limiting is no sampler; expected always_on'],
    [{ always_on: {}, always_off: {} }, 'expected an object with one key'],
    [{ always_on: { ratio: 1 } }, '"ratio" is not known'],
    [[], 'expected an object, got []'],
    [null, 'a sampler is missing'],
    [{ llm_otel_any: { samplers: [] } }, 'llm_otel_any.samplers: expected at least one sampler'],
    [{ llm_otel_all: { samplers: { always_on: {} } } }, 'llm_otel_all.samplers: expected a list'],
    [{ llm_otel_module: {} }, 'module is missing'],
    [
      { llm_otel_rules: { rules: [{ match: {}, sampler: { always_on: {} } }] } },
      'llm_otel_rules.rules.0: name is missing',
    ],
    [
      { llm_otel_rules: { rules: [{ name: 'a', match: 'x', sampler: {} }] } },
      'rules.0.match: expected an object, got "x"',
    ],
    [{ llm_otel_rules: { rules: [{ name: 'a', match: {} }] } }, 'rules.0.sampler: a sampler is missing'],
    [{ 'composite/development': { sometimes: {} } }, 'sometimes is no composable sampler; expected always_on'],
    [{ 'composite/development': { parent_threshold: {} } }, 'parent_threshold.root: a sampler is missing'],
    [
      { 'composite/development': { rule_based: { rules: [{ parent: ['far'], sampler: { always_on: {} } }] } } },
      'parent: "far" cannot be used, expected none, local, remote',
    ],
    [
      { 'composite/development': { rule_based: { rules: [{ attributeValues: { values: ['a'] } }] } } },
      'attribute_values: key is missing',
    ],
    [{ 'composite/development': { rule_based: { rules: [{ spanKinds: [5] }] } } }, 'expected a text, got 5'],
  ])('%j cannot be used', (option, problem) => {
    expect(readSamplerOption(option as SamplerOption)).toMatchObject({
      kind: 'parent_based',
      root: { kind: 'always_on' },
    });
    expect(warnings).toEqual([expect.stringContaining(problem)]);
  });
});

describe('tail of a pipeline', () => {
  const tailOf = (tail: unknown, env = {}, signal: 'traces' | 'logs' = 'traces') =>
    readPipelineOptions([{ exporter: { console: {} }, tail: tail as TailOption, signal }], signal, env);

  test.each<[unknown, object]>([
    [
      { decisionWait: 5, maxTraces: 7 },
      { decisionWait: 5, maxTraces: 7, policies: [], default: 'drop' },
    ],
    [
      {
        policies: [
          { name: 'a', drop: { name: 'x' } },
          { name: 'b', rate: 2 },
        ],
        default: 'keep',
      },
      {
        policies: [
          { name: 'a', drop: { name: 'x' } },
          { name: 'b', rate: 2 },
        ],
        default: 'keep',
      },
    ],
  ])('%j', (tail, settings) => {
    expect(tailOf(tail)[0]?.tail).toMatchObject(settings);
  });

  test('goes before LLM_OTEL_TAIL, also null', () => {
    const env = { LLM_OTEL_TAIL: 'error' };
    expect(tailOf({ policies: [] }, env)[0]?.tail?.policies).toEqual([]);
    expect(tailOf(null, env)[0]).not.toHaveProperty('tail');
    expect(tailOf(undefined, env)[0]?.tail?.policies).toHaveLength(1);
    expect(tailOf(undefined, env, 'logs')[0]).not.toHaveProperty('tail');
  });

  test.each<[unknown, string]>([
    [{ decisionWait: 0 }, 'tail.decision_wait: 0 cannot be used, expected a whole number'],
    [{ policies: [{ name: 'a' }] }, 'tail.policies.0: expected exactly one of keep, drop, ratio and rate'],
    [{ policies: [{ name: 'a', keep: {}, ratio: 1 }] }, 'expected exactly one of'],
    [{ policies: [{ keep: {} }] }, 'tail.policies.0: name is missing'],
    [{ policies: [{ name: 'a', drop: 'x' }] }, 'tail.policies.0.drop: expected an object, got "x"'],
    [{ default: 'maybe' }, 'tail.default: "maybe" cannot be used, expected one of keep, drop'],
    [{ wait: 5 }, '"wait" is not known'],
    ['error', 'tail: expected an object, got "error"'],
  ])('%j leaves the pipeline out', (tail, problem) => {
    expect(tailOf(tail)).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(problem)]);
  });

  test('is for traces alone', () => {
    expect(tailOf({}, {}, 'logs')).toEqual([]);
    expect(warnings[0]).toContain('tail: only traces have tail decisions');
  });
});
