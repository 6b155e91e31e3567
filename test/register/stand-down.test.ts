import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, TYPES } from './application.ts';

/** An SDK as applications build it; what it gets is printed at the end. */
const OWN_SDK = `
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CBaggagePropagator } = require('@opentelemetry/core');
const { MeterProvider, PeriodicExportingMetricReader, InMemoryMetricExporter } = require('@opentelemetry/sdk-metrics');
const { LoggerProvider, InMemoryLogRecordExporter, SimpleLogRecordProcessor } = require('@opentelemetry/sdk-logs');
const { logs } = require('@opentelemetry/api-logs');
const spans = new InMemorySpanExporter();
const records = new InMemoryLogRecordExporter();
const metricExporter = new InMemoryMetricExporter(0);
const reader = new PeriodicExportingMetricReader({ exporter: metricExporter });
const log = (name) => logs.getLogger(name).emit({ body: name });
const answers = [];
const ownTracing = () => answers.push(trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })));
const ownContext = () => answers.push(context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
const ownPropagation = () => answers.push(propagation.setGlobalPropagator(new W3CBaggagePropagator()));
const ownMetrics = () => answers.push(metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] })));
const ownLogs = () => logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter: records })] }));
const problems = [];
const note = (text) => problems.push(String(text));
const report = async () => {
  await reader.forceFlush().catch(() => {});
  const names = metricExporter.getMetrics().flatMap((m) => m.scopeMetrics.flatMap((s) => s.metrics.map((d) => d.descriptor.name)));
  console.log(JSON.stringify({
    answers, problems, spans: spans.getFinishedSpans().map((s) => s.name), metrics: names, logs: records.getFinishedLogRecords().map((r) => r.body),
    children: spans.getFinishedSpans().filter((s) => s.parentSpanContext).map((s) => s.name), fields: propagation.fields(),
  }));
};
`;

describe.concurrent('the SDK of the application', () => {
  const run = async (type: 'mjs' | 'cjs', body: string, url: string, env: Record<string, string> = {}) => {
    const result = await runApplication(OWN_SDK + body, { type, env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, ...env } });
    expect(result.stderr).toBe('');
    return JSON.parse(result.stdout) as Record<
      'answers' | 'problems' | 'spans' | 'metrics' | 'logs' | 'children' | 'fields',
      unknown[]
    >;
  };

  it.for(TYPES.flatMap((type) => (['auto', 'lazy'] as const).map((mode) => ({ type, mode }))))(
    'gets everything once it is registered, however late ($type, $mode)',
    async ({ type, mode }) => {
      const receiver = await startOtlpReceiver();
      const seen = await run(
        type,
        `const early = trace.getTracer('cached at the top');
        const earlyLogger = logs.getLogger('cached');
        early.startSpan('ended before').end();
        const open = early.startSpan('open meanwhile');
        metrics.getMeter('m').createCounter('before').add(1);
        log('log before');
        setTimeout(async () => {
          diag.setLogger({ error: note, warn: note, info() {}, debug() {}, verbose() {} });
          ownTracing(); ownContext(); ownPropagation(); ownMetrics(); ownLogs();
          early.startActiveSpan('from the cached tracer', (span) => {
            trace.getTracer('new').startSpan('inner').end();
            span.end();
          });
          open.end();
          metrics.getMeter('m').createCounter('after').add(1);
          log('log after');
          earlyLogger.emit({ body: 'cached logger' });
          await report();
        }, 20);`,
        receiver.url,
        { LLM_OTEL_SDK: mode },
      );
      expect(seen).toEqual({
        answers: [true, true, true, true],
        problems: [],
        spans: ['inner', 'from the cached tracer'],
        children: ['inner'],
        metrics: ['after'],
        logs: ['log after', 'cached logger'],
        fields: ['baggage'],
      });
      expect(
        receiver
          .spans()
          .map(({ name }) => name)
          .sort(),
      ).toEqual(['ended before', 'open meanwhile']);
      expect(receiver.metrics().map(({ name }) => name)).toEqual(['before']);
      expect(receiver.logs()).toHaveLength(1);
      await receiver.close();
    },
  );

  it('that has metrics alone leaves tracing to ours', async () => {
    const receiver = await startOtlpReceiver();
    const body = `ownMetrics(); trace.getTracer('t').startSpan('span').end(); metrics.getMeter('m').createCounter('c').add(1); report();`;
    const seen = await run('mjs', body, receiver.url);
    expect(seen).toMatchObject({ answers: [true], metrics: ['c'], spans: [] });
    expect(receiver.spans().map(({ name }) => name)).toEqual(['span']);
    expect(receiver.count('metrics')).toBe(0);
    await receiver.close();
  });

  it('that has logs alone leaves the rest to ours', async () => {
    const receiver = await startOtlpReceiver();
    const seen = await run(
      'mjs',
      `ownLogs(); log('mine'); trace.getTracer('t').startSpan('span').end(); report();`,
      receiver.url,
    );
    expect(seen).toMatchObject({ logs: ['mine'], spans: [] });
    expect(receiver.spans()).toHaveLength(1);
    expect(receiver.count('logs')).toBe(0);
    await receiver.close();
  });

  it('is refused a second time, as without us', async () => {
    const seen = await run('mjs', 'ownTracing(); ownTracing(); report();', 'http://127.0.0.1:1');
    expect(seen.answers).toEqual([true, false]);
  });

  it('that has tracing alone leaves metrics with a destination to ours', async () => {
    const receiver = await startOtlpReceiver();
    const body = `ownTracing();
      setTimeout(() => {
        trace.getTracer('t').startSpan('span').end();
        metrics.getMeter('m').createCounter('c').add(1);
        report();
      }, 20);`;
    const seen = await run('mjs', body, receiver.url);
    expect(seen).toMatchObject({ answers: [true], spans: ['span'] });
    expect(receiver.metrics().map(({ name }) => name)).toEqual(['c']);
    expect(receiver.spans()).toEqual([]);
    await receiver.close();
  });

  it('may wrap the provider it finds', async () => {
    const receiver = await startOtlpReceiver();
    const body = `const found = trace.getTracerProvider();
      trace.setGlobalTracerProvider({ getTracer: (...args) => found.getTracer(...args) });
      trace.getTracer('t').startSpan('wrapped').end();
      report();`;
    await run('mjs', body, receiver.url);
    expect(receiver.spans().map(({ name }) => name)).toEqual(['wrapped']);
    await receiver.close();
  });

  it('registered before register is loaded is left alone', async () => {
    const receiver = await startOtlpReceiver();
    const preload = `data:text/javascript,${encodeURIComponent(
      `globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.1', trace: { getTracer: () => ({ startSpan: () => ({ end() { console.log('theirs'); } }) }) } };`,
    )}`;
    const result = await runApplication(`trace.getTracer('t').startSpan('span').end();`, {
      nodeArgs: ['--import', preload, '--import', '@x/llm-otel/register'],
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    });
    expect(result).toMatchObject({ code: 0, stdout: 'theirs\n', stderr: '' });
    expect(receiver.count()).toBe(0);
    await receiver.close();
  });
});
