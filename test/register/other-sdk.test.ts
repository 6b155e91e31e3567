import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { LOADED, runApplication } from './application.ts';

/** Classes of the shape of each SDK: the versions are those in which the names of the classes were read. */
const HELPERS = `
const IDS = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const NONE = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
const spanOf = (ids, recording) => {
  const span = { spanContext: () => ids, isRecording: () => recording, end() {} };
  for (const name of ['setAttribute', 'setAttributes', 'addEvent', 'addLink', 'setStatus', 'updateName', 'recordException']) span[name] = () => span;
  return span;
};
const tracerOf = (ids, recording, more = {}) => ({ startSpan: () => spanOf(ids, recording), ...more });
class SentrySpanProcessor { onStart() {} onEnd() {} }
class NrSpanProcessor { onStart() {} onEnd() {} }
class BatchSpanProcessor { onStart() {} onEnd() {} }
class NoopSpanProcessor { onStart() {} onEnd() {} }
class MultiSpanProcessor { constructor(...all) { this._spanProcessors = all; } }
class BasicTracerProvider {
  constructor(active, { sampler, recording = true, ids = IDS } = {}) { this._activeSpanProcessor = active; this.tracer = tracerOf(ids, recording, { _sampler: sampler }); }
  getTracer() { return this.tracer; }
}
const sampler = (text) => ({ toString: () => text });
const call = async (times = 1) => {
  const { OpenAI } = await import('openai');
  const client = new OpenAI({ apiKey: 'k', baseURL: process.env.PROVIDER + '/v1' });
  for (let i = 0; i < times; i++) await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });
};
`;

interface Row {
  readonly name: string;
  /** An expression: the provider of the other SDK. */
  readonly provider: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly calls?: number;
  /** Start of the warning; `undefined` for none. */
  readonly says?: string;
}

const ALWAYS_ON = "sampler('ParentBased{root=AlwaysOnSampler, remoteParentSampled=AlwaysOnSampler}')";
const ROWS: readonly Row[] = [
  {
    name: '@sentry/node 10.78',
    provider: 'new (class SentryTracerProvider { getTracer() { return tracerOf(IDS, true); } })()',
    says: 'Sentry has the tracer provider, so spans go to Sentry and not to the exporter of OTEL_EXPORTER_OTLP_ENDPOINT; metrics go to the exporter of ours (otlp).',
  },
  {
    name: '@sentry/node 10.20',
    provider: 'new BasicTracerProvider(new MultiSpanProcessor(new SentrySpanProcessor()))',
    says: 'Sentry has',
  },
  {
    name: '@sentry/node 9.47',
    provider:
      'new (class BasicTracerProvider { activeSpanProcessor = new MultiSpanProcessor(new SentrySpanProcessor()); getTracer() { return tracerOf(IDS, false); } })()',
    says: 'Sentry has',
  },
  {
    name: '@sentry/node with a processor of the application',
    provider: 'new BasicTracerProvider(new MultiSpanProcessor(new SentrySpanProcessor(), new BatchSpanProcessor()))',
  },
  {
    name: 'elastic-apm-node 4.18',
    provider: 'new (class OTelTracerProvider { getTracer() { return tracerOf(IDS, true); } })()',
    says: "the bridge of Elastic's APM agent has the tracer provider, so spans go to the APM server of Elastic",
  },
  {
    name: 'dd-trace 5.132',
    provider:
      'new (class TracerProvider { getActiveSpanProcessor() { return new NoopSpanProcessor(); } getTracer() { return tracerOf(IDS, true); } })()',
    says: "Datadog's bridge has the tracer provider, so spans go to the Datadog agent",
  },
  {
    name: 'dd-trace 5.132 that exports OTLP',
    provider:
      'new (class TracerProvider { getActiveSpanProcessor() { return new NoopSpanProcessor(); } getTracer() { return tracerOf(IDS, true); } })()',
    env: { OTEL_TRACES_EXPORTER: 'otlp' },
  },
  {
    name: 'dd-trace 5.132 below a NodeSDK',
    provider:
      'new (class TracerProvider { getActiveSpanProcessor() { return new (class MultiSpanProcessor {})(); } getTracer() { return tracerOf(IDS, true); } })()',
  },
  {
    name: 'newrelic 13.20',
    provider: 'new BasicTracerProvider(new MultiSpanProcessor(new NrSpanProcessor()))',
    says: "New Relic's bridge has the tracer provider, so spans go to New Relic",
  },
  {
    name: 'a no-op provider',
    provider: 'new (class NoopTracerProvider { getTracer() { return tracerOf(NONE, false); } })()',
    says: 'a provider that records nothing (NoopTracerProvider) has the tracer provider, so spans go nowhere',
  },
  {
    name: 'no span processor, sdk-trace 2',
    provider: 'new BasicTracerProvider(new MultiSpanProcessor())',
    says: 'a provider without span processors (BasicTracerProvider)',
  },
  {
    name: 'no span processor, sdk-trace 1',
    provider:
      'new (class BasicTracerProvider { activeSpanProcessor = new NoopSpanProcessor(); getTracer() { return tracerOf(IDS, true); } })()',
    says: 'a provider without span processors (BasicTracerProvider)',
  },
  {
    name: 'spans without ids',
    provider: '({ getTracer: () => tracerOf(NONE, false) })',
    says: 'a provider whose spans have no ids (Object)',
  },
  {
    name: 'none of twenty calls is recorded',
    provider: '({ getTracer: () => tracerOf(IDS, false) })',
    calls: 20,
    says: 'a provider that has recorded none of 20 calls (Object)',
  },
  { name: 'none of nineteen calls is recorded', provider: '({ getTracer: () => tracerOf(IDS, false) })', calls: 19 },
  {
    name: 'a sampler that keeps everything explains nothing',
    provider: `new BasicTracerProvider(new MultiSpanProcessor(new BatchSpanProcessor()), { sampler: ${ALWAYS_ON}, recording: false })`,
    calls: 20,
    says: 'a provider that has recorded none of 20 calls (BasicTracerProvider)',
  },
  {
    name: 'a ratio sampler',
    provider:
      "new BasicTracerProvider(new MultiSpanProcessor(new BatchSpanProcessor()), { sampler: sampler('ParentBased{root=TraceIdRatioBased{0.001}}'), recording: false })",
    calls: 20,
  },
  {
    name: 'an SDK that exports',
    provider: 'new BasicTracerProvider(new MultiSpanProcessor(new BatchSpanProcessor()))',
  },
  {
    name: 'no destination is named',
    provider: 'new (class SentryTracerProvider { getTracer() { return tracerOf(IDS, true); } })()',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
  },
  {
    name: 'LLM_OTEL_SDK=off',
    provider: 'new (class SentryTracerProvider { getTracer() { return tracerOf(IDS, true); } })()',
    env: { LLM_OTEL_SDK: 'off' },
  },
];

describe('an SDK of another make', () => {
  let server: ProviderServer;
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    [server, receiver] = await Promise.all([startProviderServer(), startOtlpReceiver()]);
  });
  afterAll(() => Promise.all([server.close(), receiver.close()]));

  const run = (body: string, env: Readonly<Record<string, string>> = {}, nodeArgs: readonly string[] = LOADED.mjs) =>
    runApplication(HELPERS + body, {
      nodeArgs,
      timeoutMs: 60_000,
      env: { PROVIDER: server.url, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env },
    });
  const warnings = (stderr: string): string[] => stderr.split('\n').filter((line) => line !== '');

  it.each(ROWS)('$name: $says', async ({ provider, env, calls = 1, says }) => {
    const { stderr, code } = await run(`trace.setGlobalTracerProvider(${provider}); await call(${calls});`, env);
    expect(code).toBe(0);
    const lines = warnings(stderr);
    expect(lines).toHaveLength(says === undefined ? 0 : 1);
    if (says === undefined) return;
    expect(lines[0]).toContain(`@x/llm-otel: warning: ${says}`);
    expect(lines[0]).toMatch(/Set LLM_OTEL_SDK=eager to keep our SDK for the spans of this package/);
  });

  it('registered before register is loaded, the same', async () => {
    const preload = `data:text/javascript,${encodeURIComponent(
      `globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.1', trace: new (class SentryTracerProvider { getTracer() { return { startSpan: () => ({ end() {} }) }; } })() };`,
    )}`;
    const { stderr } = await run('', {}, ['--import', preload, ...LOADED.mjs]);
    expect(warnings(stderr)).toEqual([expect.stringContaining('warning: Sentry has the tracer provider')]);
  });

  it('says at `info` that it takes over', async () => {
    const body =
      'trace.setGlobalTracerProvider(new BasicTracerProvider(new MultiSpanProcessor(new BatchSpanProcessor())));';
    const { stderr } = await run(body, { LLM_OTEL_LOG: 'info' });
    expect(stderr).toContain('@x/llm-otel: the application registered a tracer provider, ours stands down');
  });

  describe('with LLM_OTEL_SDK=eager', () => {
    const OTHER = `
      const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
      const { BasicTracerProvider: Basic, AlwaysOffSampler } = require('@opentelemetry/sdk-trace-base');
      const { api } = { api: require('@opentelemetry/api') };
      const other = new Basic({ sampler: process.env.SAMPLED ? undefined : new AlwaysOffSampler() });
      api.trace.setGlobalTracerProvider(other);
      api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());`;
    const BODY = `
      await trace.getTracer('app').startActiveSpan('handler', async (span) => { await call(); console.log(span.spanContext().spanId); span.end(); });
      console.log(trace.getTracerProvider().getDelegate().constructor.name);`;

    it.each([
      ['later', '1', [...LOADED.mjs]],
      ['later, and samples nothing', '', [...LOADED.mjs]],
      ['before', '1', ['--import', 'OTHER', ...LOADED.mjs]],
      ['before, and samples nothing', '', ['--import', 'OTHER', ...LOADED.mjs]],
    ])('registered %s: our spans are sent, as children of its spans', async (_, sampled, args) => {
      receiver.reset();
      const preload = `data:text/javascript,${encodeURIComponent(`import { createRequire } from 'node:module'; const require = createRequire(process.cwd() + '/x.js');${OTHER}`)}`;
      const isBefore = args.includes('OTHER');
      const nodeArgs = args.map((arg) => (arg === 'OTHER' ? preload : arg));
      const { stdout, stderr } = await run(
        isBefore ? BODY : `{${OTHER}}${BODY}`,
        { LLM_OTEL_SDK: 'eager', SAMPLED: sampled },
        nodeArgs,
      );
      const [parent, provider] = stdout.split('\n');
      expect(stderr).toBe('');
      expect(provider).toBe('BasicTracerProvider');
      expect(receiver.spans().map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([['chat gpt-4o', parent]]);
      expect(receiver.metrics().map(({ name }) => name)).toContain('gen_ai.client.inference.duration');
    });
  });
});
