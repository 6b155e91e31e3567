import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, TYPES } from './application.ts';

const OWN_SDK = `
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const { MeterProvider, PeriodicExportingMetricReader, InMemoryMetricExporter } = require('@opentelemetry/sdk-metrics');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CBaggagePropagator } = require('@opentelemetry/core');
const { LoggerProvider, InMemoryLogRecordExporter, SimpleLogRecordProcessor } = require('@opentelemetry/sdk-logs');
const { logs } = require('@opentelemetry/api-logs');
const own = () => {
  const spans = new InMemorySpanExporter();
  return { spans, provider: new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }) };
};
const names = ({ spans }) => spans.getFinishedSpans().map(({ name }) => name);
const registered = () => Object.keys(globalThis[Symbol.for('opentelemetry.js.api.1')]).sort().join();
const say = (...values) => console.log(JSON.stringify(values));
`;

describe.concurrent('an application that disables the API', () => {
  const run = async (type: 'mjs' | 'cjs', body: string, env: Record<string, string> = {}) => {
    const receiver = await startOtlpReceiver();
    const result = await runApplication(OWN_SDK + body, {
      type,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env },
    });
    await receiver.close();
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const lines = result.stdout.trim().split('\n');
    return { said: lines.map((line) => JSON.parse(line) as unknown[]), receiver };
  };

  for (const type of TYPES)
    it.for(['auto', 'lazy', 'eager'])(`and registers an SDK of its own has it (${type}, %s)`, async (mode) => {
      const { said, receiver } = await run(
        type,
        `const cached = trace.getTracer('cached');
        cached.startSpan('ours').end();
        const { spans, provider } = own();
        trace.disable(); metrics.disable(); context.disable(); propagation.disable();
        say(
          trace.setGlobalTracerProvider(provider),
          metrics.setGlobalMeterProvider(new MeterProvider()),
          context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()),
          propagation.setGlobalPropagator(new W3CBaggagePropagator()),
        );
        cached.startSpan('cached').end();
        trace.getTracer('new').startActiveSpan('fresh', (span) => {
          say(trace.getActiveSpan() === span);
          span.end();
        });
        metrics.getMeter('m').createCounter('theirs').add(1);
        say(names({ spans }), registered(), propagation.fields());`,
        { LLM_OTEL_SDK: mode },
      );
      const parts = 'context,metrics,propagation,trace,version';
      expect(said).toEqual([[true, true, true, true], [true], [['cached', 'fresh'], parts, ['baggage']]]);
      expect(receiver.spans().map(({ name }) => name)).toEqual(['ours']);
      expect(receiver.count('metrics')).toBe(0);
    });

  it('and registers nothing has no telemetry from then on', async () => {
    const { said, receiver } = await run(
      'mjs',
      `trace.disable(); metrics.disable();
      trace.getTracer('t').startSpan('span').end();
      metrics.getMeter('m').createCounter('c').add(1);
      say(registered());`,
    );
    expect(said).toEqual([['context,logs,propagation,version']]);
    expect(receiver.count()).toBe(0);
  });

  it('may replace its own SDK so as often as it likes', async () => {
    const { said } = await run(
      'mjs',
      `const sdks = [own(), own(), own()];
      for (const [i, { provider }] of sdks.entries()) {
        const first = trace.setGlobalTracerProvider(provider);
        say(first, i === 0 ? trace.setGlobalTracerProvider(provider) : false);
        trace.getTracer('t').startSpan('span ' + i).end();
        trace.disable();
        say(trace.getTracer('t').startSpan('nowhere').isRecording());
      }
      say(...sdks.map(names));`,
    );
    expect(said).toEqual([...[0, 1, 2].flatMap(() => [[true, false], [false]]), [['span 0'], ['span 1'], ['span 2']]]);
  });

  it('and logs with it has its own SDK get them', async () => {
    const { said, receiver } = await run(
      'cjs',
      `const cached = logs.getLogger('cached');
      cached.emit({ body: 'ours' });
      const records = new InMemoryLogRecordExporter();
      logs.disable();
      logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }));
      cached.emit({ body: 'cached' });
      logs.getLogger('new').emit({ body: 'fresh' });
      say(records.getFinishedLogRecords().map(({ body }) => body), registered());`,
    );
    expect(said).toEqual([[['cached', 'fresh'], 'context,metrics,propagation,trace,version']]);
    expect(receiver.logs()).toHaveLength(1);
  });
});
