import { DataPointType } from '@opentelemetry/sdk-metrics';
import { describe, expect, test } from 'vitest';
import type { ActivityName, RequestFacts, ResponseFacts, UsageFacts } from '../../../src/facts/call.ts';
import type { MetricsSemconv } from '../../../src/facts/llm-otel-options.ts';
import { isInference, Metrics } from '../../../src/telemetry/signals/metrics.ts';
import { rowsOf } from '../../support/source-tables.ts';
import { chatFacts, metering, type Point } from '../in-memory.ts';

const SOURCE = 'src/telemetry/signals/metrics.ts';

const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];

const USAGE: UsageFacts = { input: 100, output: 40, cacheRead: 60, cacheWrite: 7, reasoning: 15 };

const BASE = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.response.model': 'gpt-4o-2024',
  'server.address': 'api.openai.com',
  'server.port': 443,
};

/** Records with the metrics of one mode and returns what was collected. */
async function record(semconv: MetricsSemconv, use: (metrics: Metrics) => void) {
  const { provider, collect } = metering();
  use(new Metrics(provider, '@x/llm-otel/openai', '1.2.3', semconv));
  return collect();
}

function chat(metrics: Metrics, usage: UsageFacts | undefined = USAGE, errorType?: string): void {
  metrics.end(chatFacts(), 1.5, { model: 'gpt-4o-2024', usage }, errorType);
}

const INFERENCE: readonly (readonly [name: string, unit: string, sum: number, type: DataPointType])[] = [
  ['gen_ai.client.inference.duration', 's', 1.5, DataPointType.HISTOGRAM],
  ['gen_ai.client.inference.time_to_first_chunk', 's', 0.25, DataPointType.HISTOGRAM],
  ['gen_ai.client.inference.time_per_output_chunk', 's', 0.03, DataPointType.HISTOGRAM],
  ['gen_ai.client.inference.usage.input_tokens', '{token}', 100, DataPointType.SUM],
  ['gen_ai.client.inference.usage.output_tokens', '{token}', 40, DataPointType.SUM],
  ['gen_ai.client.inference.usage.cache_read.input_tokens', '{token}', 60, DataPointType.SUM],
  ['gen_ai.client.inference.usage.cache_write.input_tokens', '{token}', 7, DataPointType.SUM],
  ['gen_ai.client.inference.usage.reasoning.output_tokens', '{token}', 15, DataPointType.SUM],
  ['gen_ai.client.inference.operation.input_tokens', '{token}', 100, DataPointType.HISTOGRAM],
  ['gen_ai.client.inference.operation.output_tokens', '{token}', 40, DataPointType.HISTOGRAM],
];

const OLD: readonly (readonly [name: string, unit: string])[] = [
  ['gen_ai.client.operation.duration', 's'],
  ['gen_ai.client.token.usage', '{token}'],
  ['gen_ai.client.operation.time_to_first_chunk', 's'],
  ['gen_ai.client.operation.time_per_output_chunk', 's'],
];

function stream(metrics: Metrics): void {
  chat(metrics);
  metrics.firstChunk(0.25, BASE);
  metrics.chunk(0.01, BASE);
  metrics.chunk(0.02, BASE);
}

describe('an inference call that streams', () => {
  test('makes exactly these instruments', async () => {
    const metrics = await record('latest', stream);
    expect([...metrics.keys()].sort()).toEqual(INFERENCE.map(([name]) => name).sort());
  });

  test.each(INFERENCE)('%s in %s', async (name, unit, sum, type) => {
    const metric = (await record('latest', stream)).get(name);
    expect(metric?.data.descriptor.unit).toBe(unit);
    expect(metric?.data.descriptor.description).not.toBe('');
    expect(metric?.data.dataPointType).toBe(type);
    expect(metric?.points).toHaveLength(1);
    const [point] = (metric?.points ?? []) as [Point];
    expect(point.sum).toBeCloseTo(sum);
    const counter = type === DataPointType.SUM;
    expect(point.attributes).toEqual(counter ? { ...BASE, 'gen_ai.token.modality': 'unknown' } : BASE);
    if (!counter) expect(point.boundaries).toEqual(unit === 's' ? SECONDS : TOKENS);
  });
});

test.each([
  ['latest', INFERENCE.map(([name]) => name)],
  ['dup', [...INFERENCE, ...OLD].map(([name]) => name)],
  ['v1.41', OLD.map(([name]) => name)],
] as const)('names of %s', async (semconv, names) => {
  expect([...(await record(semconv, stream)).keys()].sort()).toEqual([...names].sort());
});

test.each(OLD)('v1.41: %s in %s', async (name, unit) => {
  const metric = (await record('v1.41', stream)).get(name);
  expect(metric?.data.descriptor.unit).toBe(unit);
  expect(metric?.points.every((p) => p.boundaries?.length === 14)).toBe(true);
  if (name !== 'gen_ai.client.token.usage') return;
  expect(metric?.points.map((p) => [p.attributes['gen_ai.token.type'], p.sum])).toEqual([
    ['input', 100],
    ['output', 40],
  ]);
});

test('a failed call: error.type on durations and token histograms, not on counters', async () => {
  const metrics = await record('dup', (m) => chat(m, USAGE, 'rate_limit_exceeded'));
  for (const [name, { points }] of metrics)
    for (const { attributes } of points)
      expect([name, attributes['error.type']]).toEqual([
        name,
        /duration|inference\.operation/.test(name) ? 'rate_limit_exceeded' : undefined,
      ]);
});

type Split = { readonly [modality: string]: number };
const SPLITS: readonly (readonly [about: string, usage: UsageFacts, kind: string, expected: Split])[] = [
  ['no modality', { input: 100 }, 'input', { unknown: 100 }],
  ['all of it', { input: 100, inputBy: { text: 70, audio: 30 } }, 'input', { text: 70, audio: 30 }],
  ['some of it', { input: 100, inputBy: { text: 70, image: 20 } }, 'input', { text: 70, image: 20, unknown: 10 }],
  ['zeros', { input: 100, inputBy: { text: 100, audio: 0 } }, 'input', { text: 100 }],
  ['more than the total', { input: 10, inputBy: { text: 70 } }, 'input', { unknown: 10 }],
  ['together more than the total', { input: 10, inputBy: { text: 8, audio: 8 } }, 'input', { text: 8, unknown: 2 }],
  ['negative', { output: 10, outputBy: { audio: -5 } }, 'output', { unknown: 10 }],
  ['nothing', { output: 0 }, 'output', { unknown: 0 }],
  ['no usage', {}, 'output', { unknown: 0 }],
  ['output', { output: 9, outputBy: { audio: 9 } }, 'output', { audio: 9 }],
  ['cached', { cacheRead: 9, cacheReadBy: { text: 5, audio: 4 } }, 'cache_read.input', { text: 5, audio: 4 }],
];

test.each(SPLITS)('modality points add up: %s', async (_, usage, kind, expected) => {
  const metric = (await record('latest', (m) => chat(m, usage))).get(`gen_ai.client.inference.usage.${kind}_tokens`);
  const points = metric?.points.map((p) => [p.attributes['gen_ai.token.modality'], p.sum]);
  expect(Object.fromEntries(points ?? [])).toEqual(expected);
});

test('token counts that were not sent are no points of the histograms', async () => {
  const metrics = await record('dup', (m) => chat(m, {}));
  expect(metrics.has('gen_ai.client.inference.operation.input_tokens')).toBe(false);
  expect(metrics.has('gen_ai.client.token.usage')).toBe(false);
});

const OTHERS: readonly (readonly [about: string, request: Partial<RequestFacts>, names: readonly string[]])[] = [
  ['text completion', { operation: 'text_completion' }, INFERENCE.filter((_, i) => i < 1 || i > 2).map(([n]) => n)],
  [
    'embeddings',
    { operation: 'embeddings' },
    ['gen_ai.client.embeddings.duration', 'gen_ai.client.embeddings.operation.input_tokens'],
  ],
  ['an image', { operation: 'image_generation' }, ['gen_ai.client.operation.duration']],
  ['a search', { operation: 'retrieval' }, ['gen_ai.client.operation.duration']],
  ['a compaction', { operation: 'chat', measuredAsOther: true }, ['gen_ai.client.operation.duration']],
];

test('a fetched response has tokens if no other call has counted the tokens', async () => {
  const names = async (response: ResponseFacts) => [
    ...(
      await record('latest', (m) => m.end(chatFacts({ operation: 'fetch_response' }), 1, response, undefined))
    ).keys(),
  ];
  expect(await names({})).toEqual(['gen_ai.client.operation.duration']);
  expect(await names({ usage: { input: 3, output: 2 } })).toEqual([
    'gen_ai.client.operation.duration',
    'gen_ai.client.inference.usage.input_tokens',
    'gen_ai.client.inference.usage.output_tokens',
    'gen_ai.client.inference.operation.input_tokens',
    'gen_ai.client.inference.operation.output_tokens',
  ]);
});

test.each(OTHERS)('%s', async (_, request, names) => {
  const metrics = await record('latest', (m) => m.end(chatFacts(request), 1, { usage: USAGE }, undefined));
  expect([...metrics.keys()].sort()).toEqual([...names].sort());
});

/** Buckets of the registry that are neither {@link SECONDS} nor {@link TOKENS}. */
const AGENT = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
const WORKFLOW = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];
const CHUNK_SECONDS = [0.00001, 0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CALLS = [1, 2, 4, 8, 16, 32, 64, 128];

/** Every instrument that is there: its unit, and the buckets of a histogram. */
const INSTRUMENTS: Readonly<Record<string, readonly [unit: string, buckets?: readonly number[]]>> = {
  ...Object.fromEntries(
    [...INFERENCE, ...OLD].map(([name, unit, , type]) => [
      name,
      type === DataPointType.SUM ? [unit] : [unit, unit === 's' ? SECONDS : TOKENS],
    ]),
  ),
  'gen_ai.usage.cost': ['{USD}'],
  'gen_ai.client.embeddings.duration': ['s', SECONDS],
  'gen_ai.client.embeddings.operation.input_tokens': ['{token}', TOKENS],
  'gen_ai.execute_tool.duration': ['s', SECONDS],
  'gen_ai.invoke_agent.duration': ['s', AGENT],
  'gen_ai.invoke_agent.inference_calls': ['{inference_call}', CALLS],
  'gen_ai.invoke_agent.tool_calls': ['{tool_call}', CALLS],
  'gen_ai.invoke_workflow.duration': ['s', WORKFLOW],
  'llm_otel.stream.chunk.processing.duration': ['s', CHUNK_SECONDS],
};

describe('all instruments', () => {
  const all = () =>
    record('dup', (metrics) => {
      stream(metrics);
      metrics.cost(0.5, BASE);
      metrics.end(chatFacts({ operation: 'embeddings' }), 1, { usage: USAGE }, undefined);
      const agent = { name: 'a', inferenceCalls: 2, toolCalls: 3 };
      metrics.activity('execute_tool', 1, {}, undefined, undefined);
      metrics.activity('invoke_agent', 1, {}, agent, undefined);
      metrics.activity('invoke_workflow', 1, {}, undefined, undefined);
      metrics.chunkProcessing(0.001, {});
    });

  test('have a row here each', async () => {
    expect([...(await all()).keys()].sort()).toEqual(Object.keys(INSTRUMENTS).sort());
    expect(Object.keys(INSTRUMENTS)).toHaveLength(
      rowsOf(SOURCE, 'HISTOGRAMS').length + rowsOf(SOURCE, 'COUNTERS').length,
    );
  });

  test.each(Object.entries(INSTRUMENTS))('%s: %j', async (name, [unit, buckets]) => {
    const metric = (await all()).get(name);
    expect(metric?.data.descriptor.unit).toBe(unit);
    expect(metric?.data.descriptor.description).toMatch(/\.$/);
    expect(metric?.points[0]?.boundaries).toEqual(buckets);
  });
});

/** How an operation is measured; all others as an operation that is no inference. */
const FAMILIES: Readonly<Record<string, string>> = {
  chat: 'gen_ai.client.inference.duration',
  text_completion: 'gen_ai.client.inference.duration',
  generate_content: 'gen_ai.client.inference.duration',
  embeddings: 'gen_ai.client.embeddings.duration',
};

test.each(Object.entries(FAMILIES))('%s is measured by %s', async (operation, name) => {
  const request = chatFacts({ operation: operation as RequestFacts['operation'] });
  const metrics = await record('latest', (m) => m.end(request, 1, undefined, undefined));
  expect([...metrics.keys()]).toContain(name);
});

test('every family has a row here', () => {
  expect(rowsOf(SOURCE, 'FAMILY').sort()).toEqual(Object.keys(FAMILIES).sort());
});

/** The attributes of a span that are on the metric of an activity, too. */
const KEPT: Readonly<Record<ActivityName, readonly string[]>> = {
  execute_tool: ['gen_ai.tool.name', 'gen_ai.tool.type', 'gen_ai.agent.name'],
  invoke_agent: ['gen_ai.agent.name', 'gen_ai.request.model'],
  invoke_workflow: ['gen_ai.workflow.name'],
};

test.each(Object.entries(KEPT))('%s keeps %j', async (operation, kept) => {
  const every = Object.fromEntries([...Object.values(KEPT).flat(), 'secret'].map((name) => [name, 'x']));
  const metrics = await record('latest', (m) => m.activity(operation as ActivityName, 1, every, undefined, undefined));
  const [point] = [...metrics.values()][0]?.points ?? [];
  expect(Object.keys(point?.attributes ?? {}).sort()).toEqual([...kept].sort());
});

test('estimates are marked wherever tokens are, and nowhere else', async () => {
  const metrics = await record('dup', (m) => chat(m, { ...USAGE, estimated: true }));
  for (const [name, { points }] of metrics)
    for (const { attributes } of points)
      expect([name, attributes['llm_otel.usage.estimated']]).toEqual([name, /token/.test(name) ? true : undefined]);
});

const ACTIVITIES: readonly (readonly [ActivityName, attribute: string, metric: string, firstBucket: number])[] = [
  ['execute_tool', 'gen_ai.tool.name', 'gen_ai.execute_tool.duration', 0.01],
  ['invoke_agent', 'gen_ai.agent.name', 'gen_ai.invoke_agent.duration', 0.1],
  ['invoke_workflow', 'gen_ai.workflow.name', 'gen_ai.invoke_workflow.duration', 1],
];

test.each(ACTIVITIES)('%s', async (operation, attribute, name, firstBucket) => {
  const metrics = await record('latest', (m) =>
    m.activity(operation, 0.5, { [attribute]: 'x', 'gen_ai.tool.call.id': 'call_1' }, undefined, 'boom'),
  );
  expect([...metrics.keys()]).toEqual([name]);
  const [point] = metrics.get(name)?.points ?? [];
  expect(point).toMatchObject({ sum: 0.5, attributes: { [attribute]: 'x', 'error.type': 'boom' } });
  expect(Object.keys(point?.attributes ?? {})).toHaveLength(2);
  expect(point?.boundaries?.[0]).toBe(firstBucket);
});

test('what the application did not name is no attribute', () => {
  const bare: RequestFacts = { operation: 'chat', provider: 'openai', port: 443, attributes: { secret: 'x' } };
  expect(Metrics.attributes(bare, undefined)).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
  });
});

test('inference is what the conventions say it is', () => {
  expect((['chat', 'text_completion', 'generate_content'] as const).every(isInference)).toBe(true);
  expect((['embeddings', 'execute_tool', 'speech', 'fetch_response'] as const).some(isInference)).toBe(false);
});
