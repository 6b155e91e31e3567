import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sdkSettings } from '../../../src/config/sdk/sdk-settings.ts';
import { readSamplerOption, type SamplerOption } from '../../../src/config/start/sampler-option.ts';
import {
  AdaptiveSampler,
  AllSampler,
  AnySampler,
  LoggingSampler,
  PipelineSpanProcessor,
  RateLimitingSampler,
  RulesSampler,
} from '../../../src/pipeline/index.ts';
import { type RunningSdk, startSdk } from '../../../src/pipeline/sdk/start-sdk.ts';
import { flushAll } from '../../../src/pipeline/shipping/process-end.ts';
import { status } from '../../../src/pipeline/status.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

let receiver: OtlpReceiver;
let sdk: RunningSdk | undefined;
let lines: string[];
vi.mock(import('../../../src/runtime/write-output.ts'), async (original) => ({
  ...(await original()),
  writeLine: (line: string) => void lines.push(line),
}));
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  lines = [];
});
afterEach(async () => {
  await sdk?.shutdown(1000);
  sdk = undefined;
  await receiver.close();
});

/** Starts an SDK that sends spans alone. */
function start(env: Readonly<Record<string, string>>, sampler?: SamplerOption): RunningSdk {
  const settings = sdkSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_SERVICE_NAME: 'shop',
    ...env,
  });
  const { traces } = settings;
  sdk = startSdk(
    sampler === undefined || traces === undefined
      ? settings
      : { ...settings, traces: { ...traces, sampler: readSamplerOption(sampler) } },
  );
  return sdk;
}

/** A trace of two spans. */
function work(name: string, isFailed = false, scope = 'app'): void {
  const tracer = sdk?.trace?.getTracer(scope);
  const root = tracer?.startSpan(name, {}, ROOT_CONTEXT);
  if (root === undefined) return;
  const child = tracer?.startSpan(`child of ${name}`, {}, trace.setSpan(ROOT_CONTEXT, root));
  if (isFailed) child?.setStatus({ code: SpanStatusCode.ERROR });
  child?.end();
  root.end();
}

async function arrived(): Promise<string[]> {
  await sdk?.flush();
  await flushAll(10_000);
  return receiver
    .spans()
    .map(({ name }) => name)
    .sort();
}

describe('head sampling by environment', () => {
  test('is parent-based, and status tells the decisions', async () => {
    start({ LLM_OTEL_SAMPLER: 'rate_limiting', LLM_OTEL_SAMPLER_ARG: 'traces_per_second=0.001,burst=2' });
    for (const name of ['a', 'b', 'c']) work(name);
    expect(await arrived()).toEqual(['a', 'b', 'child of a', 'child of b']);
    expect(status().sampler).toEqual({
      description: expect.stringMatching(/^ParentBased\{root=RateLimiting\{0\.001\/s,burst=2\}/),
      rules: { rate_limiting: { sampled: 2, dropped: 1 }, parent: { sampled: 2, dropped: 1 } },
    });
    expect(lines).toEqual([]);
  });

  test('of the standard counts nothing, unless somebody asks', async () => {
    start({ OTEL_TRACES_SAMPLER: 'always_on' });
    work('a');
    expect(status().sampler).toEqual({ description: 'AlwaysOnSampler', rules: {} });
  });

  test('LLM_OTEL_LOG_SAMPLING=1 writes a line for each decision, and the count at the end', async () => {
    const running = start({ LLM_OTEL_LOG_SAMPLING: '1', LLM_OTEL_TAIL: 'error' });
    for (let i = 0; i < 12; i++) work(`request ${i}`, i === 0);
    const { traceId } = receiver.spans()[0] ?? {};
    expect(traceId).toBeUndefined();
    expect(lines).toHaveLength(20);
    expect(lines[0]).toMatch(/^@x\/llm-otel: sampling: record always_on request 0 [0-9a-f]{32}$/);
    expect(lines[1]).toMatch(/^@x\/llm-otel: sampling: record parent child of request 0 [0-9a-f]{32}$/);
    expect(lines[2]).toMatch(/^@x\/llm-otel: sampling: keep error request 0 [0-9a-f]{32}$/);
    expect(lines[5]).toMatch(/^@x\/llm-otel: sampling: discard default request 1 [0-9a-f]{32}$/);
    running.tellCounts('', false);
    expect(lines.at(-1)).toBe('@x/llm-otel: sampling: 16 more');
  });
});

test('rules of the SDK know the scope and the resource', async () => {
  start(
    {},
    {
      parent_based: {
        root: {
          llm_otel_rules: {
            rules: [
              {
                name: 'noise',
                match: { scope: '@noise/*', resource: { 'service.name': 'shop' } },
                sampler: { always_off: {} },
              },
            ],
          },
        },
      },
    },
  );
  work('noise', false, '@noise/dns');
  work('signal');
  expect(await arrived()).toEqual(['child of signal', 'signal']);
  expect(status().sampler.rules).toMatchObject({ noise: { sampled: 0, dropped: 1 }, fallback: { sampled: 1 } });
});

test('LLM_OTEL_TAIL keeps the traces that it names; metrics tell decisions, and the account balances', async () => {
  start({
    LLM_OTEL_TAIL: 'error',
    LLM_OTEL_SAMPLER: 'adaptive',
    LLM_OTEL_SAMPLER_ARG: '1000',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_NODE_EXPERIMENTAL_SDK_METRICS: 'true',
  });
  work('good');
  work('bad', true);
  work('fine');
  expect(await arrived()).toEqual(['bad', 'child of bad']);
  expect(receiver.spans().find(({ name }) => name === 'bad')?.attributes).toEqual({
    'llm_otel.sampling.policy': 'error',
  });
  const { ended, exported, dropped, tail } =
    status()
      .pipelines.filter(({ signal }) => signal === 'traces')
      .at(-1) ?? {};
  expect({ ended, exported, dropped, tail }).toEqual({
    ended: 6,
    exported: 2,
    dropped: { tail: 4 },
    tail: { traces: 0, spans: 0 },
  });
  const points = receiver
    .metrics()
    .filter(({ name }) => name === 'llm_otel.sampler.decisions')
    .flatMap((metric) => metric.points)
    .map(({ attributes, value }) => ({ ...attributes, value }));
  expect(points).toEqual(
    expect.arrayContaining([
      { rule: 'adaptive', decision: 'record', value: 3 },
      { rule: 'parent', decision: 'record', value: 3 },
      { rule: 'error', decision: 'keep', 'llm_otel.pipeline': 'otlp', value: 1 },
      { rule: 'default', decision: 'discard', 'llm_otel.pipeline': 'otlp', value: 2 },
    ]),
  );
});

describe('an SDK of the application', () => {
  test('takes the samplers', () => {
    const exporter = new InMemorySpanExporter();
    const processor = new PipelineSpanProcessor({ exporter });
    const root = new AnySampler({
      samplers: [
        new RulesSampler({
          rules: [{ name: 'chat', match: { name: 'chat*' }, sampler: new AdaptiveSampler({ tracesPerSecond: 1 }) }],
          fallback: new AllSampler({ samplers: [new RateLimitingSampler({ tracesPerSecond: 0.001 })] }),
        }),
      ],
    });
    const provider = new BasicTracerProvider({
      sampler: new LoggingSampler(new ParentBasedSampler({ root })),
      spanProcessors: [processor],
    });
    const tracer = provider.getTracer('app');
    const isSampled = (name: string): boolean => tracer.startSpan(name, {}, ROOT_CONTEXT).isRecording();
    expect(['chat gpt', 'a', 'b'].map(isSampled)).toEqual([true, true, false]);
    expect(lines.map((line) => line.split(' ').slice(2, 4).join(' '))).toEqual([
      'record chat',
      'record fallback',
      'drop any',
    ]);
  });

  test('takes tail decisions', async () => {
    vi.stubEnv('LLM_OTEL_LOG_SAMPLING', '1');
    const exporter = new InMemorySpanExporter();
    const tail = { policies: [{ name: 'named', keep: { name: 'keep*' } }] };
    const processor = new PipelineSpanProcessor({ exporter, tail });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    for (const name of ['keep me', 'not me']) provider.getTracer('app').startSpan(name, {}, ROOT_CONTEXT).end();
    await provider.forceFlush();
    expect(exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes])).toEqual([
      ['keep me', { 'llm_otel.sampling.policy': 'named' }],
    ]);
    expect(lines).toHaveLength(2);
    vi.unstubAllEnvs();
    await provider.shutdown();
  });

  test('is told what cannot be used', () => {
    const exporter = new InMemorySpanExporter();
    const make = (tail: object) => () => new PipelineSpanProcessor({ exporter, tail });
    expect(make({ policies: [{ name: 'a' }] })).toThrow(
      'tail.policies.0: expected exactly one of keep, drop, ratio and rate',
    );
    expect(make({ maxTraces: 0 })).toThrow(TypeError);
  });
});

test.each<[string, SamplerOption]>([
  ['rules', { llm_otel_rules: { rules: [{ name: 'r', match: { name: 'GET *' }, sampler: { always_off: {} } }], fallback: { always_on: {} } } }], // biome-ignore format: a row
  ['composite rules', { 'composite/development': { llm_otel_rules: { rules: [{ name: 'r', match: { name: 'GET *' }, sampler: { always_off: {} } }], fallback: { always_on: {} } } } }], // biome-ignore format: a row
])('%s take names of spans, of events and of tracers that are no text', (_what, sampler) => {
  const { trace: provider } = start({ LLM_OTEL_LOG_SAMPLING: '1' }, sampler);
  for (const name of [undefined, 42] as never[]) {
    const span = provider?.getTracer(name).startSpan(name);
    expect(span?.isRecording()).toBe(true);
    span?.addEvent(name);
    expect(() => span?.end()).not.toThrow();
  }
});
