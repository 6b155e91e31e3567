import { describe, expect, test } from 'vitest';
import {
  labelName,
  metricName,
  type NamedMetric,
  namingOf,
  unitWord,
} from '../../../../src/pipeline/exporters/prometheus/metric-names.ts';

const WITH = namingOf('underscore_escaping_with_suffixes', true);
const WITHOUT = namingOf('underscore_escaping_without_suffixes/development', true);
const UTF8 = namingOf('no_utf8_escaping_with_suffixes/development', true);
const AS_IT_IS = namingOf('no_translation/development', true);

type Row = readonly [name: string, unit: string, kind: NamedMetric['kind'], expected: string | undefined];

/** Every expected name was made by github.com/prometheus/otlptranslator 1.0.0. */
const NAMES: readonly Row[] = [
  ['gen_ai.client.inference.duration', 's', 'other', 'gen_ai_client_inference_duration_seconds'],
  [
    'gen_ai.client.inference.usage.input_tokens',
    '{token}',
    'counter',
    'gen_ai_client_inference_usage_input_tokens_total',
  ],
  ['gen_ai.client.token.usage', '{token}', 'other', 'gen_ai_client_token_usage'],
  ['llm_otel.usage.cost', '{USD}', 'counter', 'llm_otel_usage_cost_total'],
  ['llm_otel.cache.requests', '{request}', 'counter', 'llm_otel_cache_requests_total'],
  ['llm_otel.pipeline.queue.bytes', 'By', 'gauge', 'llm_otel_pipeline_queue_bytes'],
  ['llm_otel.pipeline.breaker.state', '1', 'gauge', 'llm_otel_pipeline_breaker_state_ratio'],
  ['process.cpu.time', 's', 'counter', 'process_cpu_time_seconds_total'],
  ['process.memory.usage', 'By', 'other', 'process_memory_usage_bytes'],
  ['cpu.utilization.ratio', '1', 'gauge', 'cpu_utilization_ratio'],
  ['cpu.ratio.of.all', '1', 'gauge', 'cpu_of_all_ratio'],
  ['items', '1', 'counter', 'items_total'],
  ['open', '1', 'other', 'open'],
  ['hits.total', '', 'counter', 'hits_total'],
  ['total.hits', '', 'counter', 'hits_total'],
  ['wait.seconds', 's', 'other', 'wait_seconds'],
  ['seconds.waited', 's', 'other', 'seconds_waited'],
  ['wait', 'ms', 'gauge', 'wait_milliseconds'],
  ['traffic', 'By/s', 'gauge', 'traffic_bytes_per_second'],
  ['traffic', '{packet}/s', 'gauge', 'traffic_per_second'],
  ['traffic', 'By/{packet}', 'gauge', 'traffic_bytes'],
  ['speed', 'm/h', 'gauge', 'speed_meters_per_hour'],
  ['calls', '1/s', 'counter', 'calls_per_second_total'],
  ['calls', '/s', 'other', 'calls_per_second'],
  ['load', '%', 'gauge', 'load_percent'],
  ['heat', 'Cel', 'gauge', 'heat_celsius'],
  ['odd', ' foo#bar ', 'gauge', 'odd_foo_bar'],
  ['odd', 'toString', 'gauge', 'odd_toString'],
  ['odd', 'foo_/bar_', 'gauge', 'odd_foo_per_bar'],
  ['a--b..c__d', '', 'gauge', 'a_b_c_d'],
  ['9lives', '', 'gauge', '_9lives'],
  ['größe', '', 'gauge', 'gr_e'],
  ['äöü', '', 'gauge', undefined],
  ['äöü', '', 'counter', 'total'],
];

const OTHERS: readonly (readonly [typeof WITH, ...Row])[] = [
  [WITHOUT, 'gen_ai.client.inference.duration', 's', 'other', 'gen_ai_client_inference_duration'],
  [WITHOUT, 'hits', '{hit}', 'counter', 'hits'],
  [WITHOUT, 'a__b--c', '', 'gauge', 'a__b_c'],
  [WITHOUT, '9lives', '', 'gauge', '_9lives'],
  [WITHOUT, '--', '', 'gauge', undefined],
  [UTF8, 'gen_ai.client.inference.duration', 's', 'other', 'gen_ai.client.inference.duration_seconds'],
  [UTF8, 'hits.total', '', 'counter', 'hits_total'],
  [UTF8, 'größe', 'By/s', 'counter', 'größe_bytes_per_second_total'],
  [UTF8, 'load.ratio', '1', 'gauge', 'load_ratio'],
  [AS_IT_IS, 'gen_ai.client.inference.duration', 's', 'other', 'gen_ai.client.inference.duration'],
  [AS_IT_IS, 'hits', '', 'counter', 'hits'],
];

describe('names of metrics', () => {
  test.each(NAMES)('%s, unit "%s", %s: %s', (name, unit, kind, expected) =>
    expect(metricName({ name, unit, kind }, WITH)).toBe(expected),
  );

  test.each(OTHERS)('%o %s, unit "%s", %s: %s', (naming, name, unit, kind, expected) =>
    expect(metricName({ name, unit, kind }, naming)).toBe(expected),
  );

  test('a scraper that does not take every character gets escaped names', () => {
    const metric: NamedMetric = { name: 'größe', unit: 'By', kind: 'gauge' };
    const nameFor = (strategy: Parameters<typeof namingOf>[0]) => metricName(metric, namingOf(strategy, false));
    expect(nameFor('no_utf8_escaping_with_suffixes/development')).toBe('gr_e_bytes');
    expect(nameFor('no_translation/development')).toBe('gr_e');
  });

  test.each([
    ['s', 'other', 'seconds'],
    ['1', 'gauge', 'ratio'],
    ['1', 'counter', ''],
    ['{token}', 'other', ''],
    ['By/s', 'other', 'bytes_per_second'],
    ['/s', 'other', 'per_second'],
  ] as const)('the unit %s of a %s is %s', (unit, kind, expected) =>
    expect(unitWord({ name: 'a', unit, kind })).toBe(expected),
  );
});

test.each([
  ['gen_ai.request.model', 'gen_ai_request_model', 'gen_ai.request.model'],
  ['9', 'key_9', '9'],
  ['a--b', 'a_b', 'a--b'],
  ['_a', '_a', '_a'],
  ['__name__', '_name_', '_name_'],
  ['üö', undefined, 'üö'],
  ['', undefined, undefined],
])('the attribute %s is the label %s, or %s', (key, escaped, unescaped) => {
  expect([labelName(key, WITH), labelName(key, UTF8)]).toEqual([escaped, unescaped]);
});
