import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readPipelineOptions } from '../../../src/config/file/options/read-pipeline-options.ts';
import type { TailOption } from '../../../src/config/start/pipeline-options.ts';
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
    [{ decisionWait: 0 }, 'option pipelines[0].tail.decisionWait: '],
    [{ policies: [{ name: 'a' }] }, 'option pipelines[0].tail.policies[0]: '],
    [{ policies: [{ name: 'a', keep: { name: 'x' }, ratio: 1 }] }, 'option pipelines[0].tail.policies[0]: '],
    [{ policies: [{ keep: { name: 'x' } }] }, 'option pipelines[0].tail.policies[0]: '],
    [{ policies: [{ name: 'a', drop: 'x' }] }, 'option pipelines[0].tail.policies[0].drop: '],
    [{ default: 'maybe' }, 'option pipelines[0].tail.default: '],
    [{ wait: 5 }, 'option pipelines[0].tail.wait: unknown key'],
    ['error', 'option pipelines[0].tail: '],
  ])('%j leaves the pipeline out', (tail, place) => {
    expect(tailOf(tail)).toEqual([]);
    expect(warnings[0]).toContain(place);
    expect(warnings[0]).toContain('; the pipeline is left out.');
  });

  test('is for traces alone', () => {
    expect(tailOf({}, {}, 'logs')).toEqual([]);
    expect(warnings[0]).toContain('option pipelines[0].tail: unknown key "tail"');
  });
});
