import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readPipelineOptions } from '../../../src/config/file/options/read-pipeline-options.ts';
import { sdkSettings } from '../../../src/config/sdk/sdk-settings.ts';
import type { TelemetryPipeline } from '../../../src/config/start/pipeline-options.ts';
import { settingsFromCode } from '../../../src/config/start/settings-from-code.ts';
import { readTelemetryOptions } from '../../../src/config/start/telemetry-options.ts';
import { PipelineLogRecordProcessor, PipelineSpanProcessor } from '../../../src/pipeline/sdk/own-sdk.ts';
import { startSdk } from '../../../src/pipeline/sdk/start-sdk.ts';
import { flushAll } from '../../../src/pipeline/shipping/process-end.ts';
import { status } from '../../../src/pipeline/status.ts';
import { settingsOf } from '../../config/file/files.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

let receiver: OtlpReceiver;
let printed: string;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await receiver.close();
});

type Settings = Parameters<typeof startSdk>[0];
const baggage = propagation.createBaggage({ 'user.id': { value: 'u1' }, other: { value: 'x' } });

/** Three spans and two log records through an SDK. */
async function work(settings: Settings): Promise<void> {
  const sdk = startSdk({ ...settings, metrics: undefined });
  const context = propagation.setBaggage(ROOT_CONTEXT, baggage);
  const tracer = sdk.trace?.getTracer('app');
  for (const name of ['GET /health', 'order', 'chat gpt-5']) {
    const llm = name.startsWith('chat') ? { 'gen_ai.operation.name': 'chat' } : {};
    const span = tracer?.startSpan(
      name,
      { attributes: { mail: 'jo@example.org', debug: 'd', user: 'u1', ...llm } },
      context,
    );
    span?.addEvent('tick').addEvent('paid', { mail: 'jo@example.org' });
    span?.recordException(new Error('for jo@example.org'));
    span?.end();
  }
  const logger = sdk.logs?.().getLogger('app');
  logger?.emit({ body: 'from jo@example.org', attributes: { debug: 'd' }, context } as never);
  await sdk.flush();
  await flushAll(10_000);
  await sdk.shutdown(5000);
}

const otlp = (): Record<string, string> => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: 'shop' });

describe('by environment', () => {
  test('all variables at once', async () => {
    const env = {
      ...otlp(),
      LLM_OTEL_STEPS_DROP_SPANS: 'GET /health, GET /ready',
      LLM_OTEL_STEPS_DROP_EVENTS: 'tick',
      LLM_OTEL_STEPS_DROP_ATTRIBUTES: 'debug*',
      LLM_OTEL_STEPS_HASH_ATTRIBUTES: 'user',
      LLM_OTEL_STEPS_ENRICH: 'team=search,tier=gold%20plus',
      LLM_OTEL_STEPS_REDACT: 'email',
      LLM_OTEL_HASH_KEY: 'key',
    };
    await work(sdkSettings(env));
    expect(receiver.spans().map(({ name }) => name)).toEqual(['order', 'chat gpt-5']);
    expect(receiver.spans()[0]).toMatchObject({
      attributes: { mail: '[redacted:email]', user: 'hmac:dc0708706ec6b9b1', team: 'search', tier: 'gold plus' },
      events: [{ name: 'paid', attributes: { mail: '[redacted:email]' } }, { name: 'exception' }],
      resource: { 'service.name': 'shop' },
    });
    expect(receiver.spans()[0]?.attributes).not.toHaveProperty('debug');
    const [, exception] = receiver.spans()[0]?.events ?? [];
    expect(exception?.attributes).toMatchObject({
      'exception.message': 'for [redacted:email]',
      'exception.stacktrace': expect.stringMatching(/^Error: for \[redacted:email\]\n {4}at /),
    });
    expect(receiver.logs()).toMatchObject([{ body: 'from [redacted:email]', attributes: { team: 'search' } }]);
    expect(printed).toBe('');
  });

  test('LLM spans alone', async () => {
    await work(sdkSettings({ ...otlp(), LLM_OTEL_STEPS_LLM_ONLY: 'true' }));
    expect(receiver.spans().map(({ name }) => name)).toEqual(['chat gpt-5']);
    expect(receiver.logs()).toEqual([]);
  });

  test.each([
    [
      { LLM_OTEL_STEPS_REDACT: 'email,mail' },
      [{ redact: { detectors: ['email'] } }],
      'LLM_OTEL_STEPS_REDACT: "mail" cannot be used',
    ],
    [{ LLM_OTEL_STEPS_REDACT: 'mail' }, [{ redact: { detectors: 'all' } }], 'using all instead'],
    [{ LLM_OTEL_STEPS_REDACT: 'none' }, undefined, ''],
    [{ LLM_OTEL_STEPS_LLM_ONLY: 'maybe' }, undefined, 'LLM_OTEL_STEPS_LLM_ONLY: "maybe" cannot be used'],
    [{ LLM_OTEL_STEPS_ENRICH: 'team' }, undefined, 'LLM_OTEL_STEPS_ENRICH: an entry without "key=value"'],
    [{ LLM_OTEL_STEPS_DROP_SPANS: ' , ' }, undefined, ''],
    [
      { LLM_OTEL_STEPS_PRESET: 'openinference,mlflow' },
      [{ preset: { name: 'openinference,mlflow', mode: 'copy' } }],
      '',
    ],
  ])('%j', (env, steps, warning) => {
    expect(sdkSettings(env).traces?.pipelines[0]?.steps).toEqual(steps);
    expect(printed).toContain(warning);
    if (warning === '') expect(printed).toBe('');
  });

  test('steps of spans alone are not for log records', () => {
    const env = { LLM_OTEL_STEPS_DROP_SPANS: 'a', LLM_OTEL_STEPS_DROP_EVENTS: 'a', LLM_OTEL_STEPS_PRESET: 'a', LLM_OTEL_STEPS_DROP_ATTRIBUTES: 'b' }; // biome-ignore format: a row
    expect(sdkSettings(env).logs?.pipelines[0]?.steps).toEqual([{ attributes: { drop: ['b'] } }]);
  });
});

const fileWith = (...steps: string[]): string => `file_format: "1.1"
tracer_provider:
  processors:
    - llm_otel_pipeline:
        name: changed
        resource_attributes: [{ name: tier, value: gold }]
        steps:
${steps.map((step) => `          - ${step}\n`).join('')}
        exporter: { otlp_http: { endpoint: "${receiver.url}/v1/traces" } }
    - batch: { exporter: { otlp_http: { endpoint: "${receiver.url}/v1/traces" } } }
logger_provider:
  processors:
    - llm_otel_pipeline:
        steps: [{ enrich: { baggage: "*" } }]
        exporter: { otlp_http: { endpoint: "${receiver.url}/v1/logs" } }
`;

describe('in a file', () => {
  test('steps are of one pipeline; baggage comes from the start, drops are counted', async () => {
    const known = status().pipelines.length;
    const { sdk } = settingsOf(
      fileWith('filter: { drop: { name: "GET *" } }', 'enrich: { baggage: user.*, env: { region: REGION } }', 'transform: { name: "$${user.id} $${absent}", delete: mail }'), // biome-ignore format: a row
      { REGION: 'eu', LLM_OTEL_STEPS_DROP_EVENTS: '*' },
    );
    const running = startSdk(sdk);
    running.trace?.getTracer('app').startSpan('GET /').end();
    await flushAll(10_000);
    const counted = status().pipelines.slice(known).map(({ name, dropped, ended, exported }) => [name, { ...dropped, ended, exported }]); // biome-ignore format: a row
    await running.shutdown(5000);
    expect(counted).toEqual([
      ['changed', { filtered: 1, ended: 1, exported: 0 }],
      ['otlp_http', { ended: 1, exported: 1 }],
    ]);
    const before = receiver.spans().length;
    await work(sdk);
    const spans = receiver.spans().slice(before);
    const changed = spans.filter(({ resource }) => resource.tier === 'gold');
    expect(changed.map(({ name }) => name)).toEqual(['u1 ', 'u1 ']);
    expect(changed[0]?.attributes).toEqual({ debug: 'd', user: 'u1', 'user.id': 'u1', region: 'eu' });
    const others = spans.filter(({ resource }) => resource.tier === undefined);
    expect(others.map(({ name }) => name)).toEqual(['GET /health', 'order', 'chat gpt-5']);
    expect(others[0]?.attributes).toEqual({ debug: 'd', user: 'u1', mail: 'jo@example.org' });
    // The variable holds for every pipeline, also for those of the standard.
    expect(spans.flatMap(({ events }) => events)).toEqual([]);
    expect(receiver.logs()).toMatchObject([{ attributes: { debug: 'd', 'user.id': 'u1', other: 'x' } }]);
  });
});

describe('in code', () => {
  const read = (pipelines: readonly TelemetryPipeline[]) => readPipelineOptions(pipelines, 'traces', {});

  test('pipelines of startTelemetry have steps', async () => {
    const options = {
      pipelines: [
        {
          exporter: { otlp_http: { endpoint: `${receiver.url}/v1/traces` } },
          steps: [{ filter: { llmOnly: true } }, { redact: { detectors: ['email'] as const } }],
        },
      ],
    };
    const start = readTelemetryOptions(options);
    await work(settingsFromCode({ ...start, options }, () => readPipelineOptions));
    expect(receiver.spans()).toMatchObject([{ name: 'chat gpt-5', attributes: { mail: '[redacted:email]' } }]);
  });

  test('a pipeline whose steps cannot be used is left out, and the others run', async () => {
    const [broken, fine] = read([
      { name: 'broken', exporter: { otlp_http: {} }, steps: [{ filter: { drop: { name: { regex: '(?=a)' } } } }] },
      { name: 'fine', exporter: { otlp_http: { endpoint: `${receiver.url}/v1/traces` } }, steps: [{ redact: {} }] },
    ]);
    const settings = sdkSettings({});
    const traces = settings.traces && { ...settings.traces, pipelines: [broken, fine] };
    await work({ ...settings, traces, logs: undefined } as Settings);
    expect(receiver.spans()).toHaveLength(3);
    expect(printed).toContain('pipeline broken: steps[0].filter.drop.name.regex: the pattern cannot be used');
    expect(printed).toContain('; the pipeline is left out.');
  });

  test('steps that are no list', () => {
    expect(read([{ exporter: { console: {} }, steps: {} as never }])).toEqual([]);
    expect(printed).toContain('option pipelines[0].steps: it is a map; expected a list; the pipeline is left out.');
  });

  test('a preset that this version does not have', async () => {
    const pipelines = read([{ exporter: { console: {} }, steps: [{ preset: { name: 'absent' } }] }]);
    const settings = sdkSettings({});
    const sdk = startSdk({ ...settings, logs: undefined, metrics: undefined, traces: settings.traces && { ...settings.traces, pipelines } }); // biome-ignore format: a row
    expect(printed).toMatch(
      /steps\[0\]\.preset\.name: the preset "absent" is not known; expected openinference.*; the pipeline is left out/,
    );
    await sdk.shutdown(1000);
  });
});

describe('with an SDK of the application', () => {
  test('processors have steps', async () => {
    const exporter = new InMemorySpanExporter();
    const processor = new PipelineSpanProcessor({
      exporter,
      steps: [{ enrich: { baggage: 'user.*' } }, { redact: {} }],
    });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    const context = propagation.setBaggage(ROOT_CONTEXT, baggage);
    provider.getTracer('app').startSpan('of jo@example.org', {}, context).end();
    await processor.forceFlush();
    expect(exporter.getFinishedSpans()).toMatchObject([
      { name: 'of [redacted:email]', attributes: { 'user.id': 'u1' } },
    ]);
    const logs = new InMemoryLogRecordExporter();
    const logProcessor = new PipelineLogRecordProcessor({ exporter: logs, steps: [{ enrich: { baggage: '*' } }] });
    new LoggerProvider({ processors: [logProcessor] }).getLogger('app').emit({ body: 'b', context } as never);
    await logProcessor.forceFlush();
    expect(logs.getFinishedLogRecords()).toMatchObject([{ body: 'b', attributes: { 'user.id': 'u1', other: 'x' } }]);
    await processor.shutdown();
    await logProcessor.shutdown();
  });

  test('a root that a tail decision keeps has its baggage', async () => {
    const exporter = new InMemorySpanExporter();
    const processor = new PipelineSpanProcessor({
      exporter,
      steps: [{ enrich: { baggage: 'user.*' } }],
      tail: { policies: [{ name: 'all', ratio: 1 }] },
    });
    const tracer = new BasicTracerProvider({ spanProcessors: [processor] }).getTracer('app');
    const context = propagation.setBaggage(ROOT_CONTEXT, baggage);
    const root = tracer.startSpan('root', {}, context);
    tracer.startSpan('child', {}, trace.setSpan(context, root)).end();
    root.end();
    await processor.forceFlush();
    expect(exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes['user.id']])).toEqual([
      ['child', 'u1'],
      ['root', 'u1'],
    ]);
    await processor.shutdown();
  });

  test('options that cannot be used throw', () => {
    const exporter = new InMemorySpanExporter();
    expect(() => new PipelineSpanProcessor({ exporter, steps: {} as never })).toThrow(
      'steps: expected a list of steps',
    );
    expect(() => new PipelineSpanProcessor({ exporter, steps: [{ filter: {} as never }] })).toThrow(
      'steps[0].filter: llm_only is nothing; expected drop or keep with a match',
    );
  });
});
