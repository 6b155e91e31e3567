import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { type RunOptions, runNode } from '../support/spawn.ts';

/** Runs `body` with startTelemetry() imported; the last line of stdout is JSON. */
async function run(body: string, options: Omit<RunOptions, 'source'> = {}) {
  const source = `import { OTELManager, startTelemetry } from '@x/llm-otel/start';\nimport * as pipeline from '@x/llm-otel/pipeline';\n${body}`;
  const result = await runNode({ timeoutMs: 20_000, ...options, source });
  const last = result.stdout.trimEnd().split('\n').at(-1) ?? '';
  return { ...result, json: last.startsWith('{') || last.startsWith('[') ? JSON.parse(last) : undefined };
}

const MEMORY = `{ consoleTraces: false, prometheusPort: false, pipelines: [{ exporter: { llm_otel_memory: {} } }] }`;

describe.concurrent('startTelemetry()', () => {
  it('records SDKs that are imported afterwards, with the options', async () => {
    const provider = await startProviderServer({});
    const { json, stderr } = await run(
      `startTelemetry({ ...${MEMORY}, captureContent: 'SPAN_ONLY', serviceName: 'shop' });
       const { default: OpenAI } = await import('openai');
       const client = new OpenAI({ apiKey: 'none', baseURL: process.env.PROVIDER_URL + '/v1' });
       await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }).catch(() => {});
       console.log(JSON.stringify(pipeline.finishedSpans().map((span) => [span.name, span.resource.attributes['service.name'], 'gen_ai.input.messages' in span.attributes])));`,
      { env: { PROVIDER_URL: provider.url } },
    );
    await provider.close();
    expect(json).toEqual([['chat gpt-4o', 'shop', true]]);
    expect(stderr).toBe('');
  });

  it('is the same from both entries and at each call, and is the running telemetry under register', async () => {
    const body = `const a = startTelemetry(${MEMORY});
      console.log(JSON.stringify({ same: [a === pipeline.startTelemetry(), a === startTelemetry({ enabled: false }), a instanceof pipeline.OTELManager],
        enabled: a.enabled, pipelines: a.status().pipelines.map(({ name, signal }) => name + ' ' + signal) }));`;
    expect((await run(body)).json).toEqual({
      same: [true, true, true],
      enabled: true,
      pipelines: ['llm_otel_memory traces'],
    });
    const env = { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
    const under = await run(body, { nodeArgs: ['--import', '@x/llm-otel/register'], env });
    expect(under.json).toMatchObject({ same: [true, true, true], enabled: true, pipelines: ['console traces'] });
  });

  it('lets register do nothing afterwards', async () => {
    const { json } = await run(`startTelemetry(${MEMORY}); await import('@x/llm-otel/register');
      console.log(JSON.stringify(pipeline.status().pipelines.map(({ name }) => name)));`);
    expect(json).toEqual(['llm_otel_memory']);
  });

  it.each([{ OTEL_SDK_DISABLED: 'true' }, { LLM_OTEL_ENABLED: 'false' }])('is off with %o', async (env) => {
    const { json, stderr } = await run(
      `const t = startTelemetry(); t.provider().getTracer('a').startSpan('b').end(); t.addProvider('c', { pipelines: [] }).getTracer('a').startSpan('b').end();
       console.log(JSON.stringify([t.enabled, t.prometheusUrl ?? null, t.status().state, await t.forceFlush(), await t.shutdown(), Symbol.for('opentelemetry.js.api.1') in globalThis]));`,
      { env },
    );
    expect(json).toEqual([false, null, 'off', true, true, false]);
    expect(stderr).toBe('');
  });

  it('joins an SDK that the application has registered', async () => {
    const { json } = await run(
      `import { trace } from '@opentelemetry/api';
       import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
       const exporter = new InMemorySpanExporter();
       trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
       const t = startTelemetry();
       t.provider().getTracer('a').startSpan('joined').end();
       console.log(JSON.stringify([t.enabled, t.status().state, exporter.getFinishedSpans().map(({ name }) => name)]));`,
    );
    expect(json).toEqual([true, 'standby', ['joined']]);
  });

  it('warns once about a port in use, and runs without Prometheus', async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
    });
    const { json, stderr } = await run(
      `const t = startTelemetry({ prometheusPort: ${port}, prometheusHost: '127.0.0.1', consoleTraces: false });
       const first = t.prometheusUrl; await new Promise((done) => setTimeout(done, 100));
       console.log(JSON.stringify({ enabled: t.enabled, first, then: t.prometheusUrl }));`,
    );
    server.close();
    expect(json.then).toBeUndefined();
    if (process.platform === 'linux') expect(json.first).toBeUndefined();
    expect(json.enabled).toBe(true);
    expect(stderr.match(/Prometheus metrics are not served/g)).toHaveLength(1);
  });

  it('serves Prometheus at the address that the handle names', async () => {
    const { json } = await run(
      `import { createServer } from 'node:net';
       const port = await new Promise((done) => { const s = createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => done(port)); }); });
       const t = startTelemetry({ prometheusPort: port, prometheusHost: '127.0.0.1', consoleTraces: false });
       t.meterProvider.getMeter('a').createCounter('hits').add(3);
       console.log(JSON.stringify([(await (await fetch(t.prometheusUrl)).text()).includes('hits_total')]));`,
    );
    expect(json).toEqual([true]);
  });
});

describe.concurrent('OTELManager', () => {
  it('has providers of its own', async () => {
    const { json, stderr } = await run(
      `const t = new OTELManager(${MEMORY}).start();
       t.addProvider('evals', { resource: { attributes: { team: 'ml' } }, sampler: { always_on: {} }, pipelines: [{ name: 'evals', exporter: { llm_otel_memory: {} } }] });
       t.provider('evals').getTracer('a').startSpan('one').end();
       t.provider().getTracer('a').startSpan('two').end();
       t.provider('none').getTracer('a').startSpan('three').end();
       const names = (pipelineName) => pipeline.finishedSpans(pipelineName).map(({ name, resource }) => [name, resource.attributes.team ?? null]);
       console.log(JSON.stringify([names('evals'), names('llm_otel_memory'), names().length, t.resource['telemetry.distro.name']]));`,
    );
    expect(json).toEqual([[['one', 'ml']], [['two', null]], 2, '@x/llm-otel']);
    expect(stderr).toContain('no provider has the name none');
  });

  it('sends everything, metrics included, with forceFlush() and shutdown()', async () => {
    const receiver = await startOtlpReceiver();
    const { json } = await run(
      `const t = startTelemetry();
       t.provider().getTracer('a').startSpan('first').end();
       t.meterProvider.getMeter('a').createCounter('hits').add(1);
       const flushed = await t.forceFlush();
       t.provider().getTracer('a').startSpan('second').end();
       const promise = t.shutdown();
       console.log(JSON.stringify([flushed, promise === t.shutdown(1), await promise, t.status().state]));`,
      { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } },
    );
    expect(json).toEqual([true, true, true, 'stopped']);
    expect(receiver.spans().map(({ name }) => name)).toEqual(['first', 'second']);
    expect(receiver.metrics().map(({ name }) => name)).toContain('hits');
    await receiver.close();
  });

  it('resolves to false at the deadline, and never rejects', async () => {
    const silent = createServer(() => {});
    const port = await new Promise<number>((resolve) => {
      silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port));
    });
    const { json } = await run(
      `const t = startTelemetry();
       t.provider().getTracer('a').startSpan('lost').end();
       const began = Date.now();
       const flushed = await t.forceFlush(200);
       const took = Date.now() - began;
       console.log(JSON.stringify([flushed, took >= 190 && took < 5000, await t.shutdown(200)]));
       process.exit();`,
      { env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, LLM_OTEL_EXIT_TIMEOUT: '0' } },
    );
    silent.close();
    expect(json).toEqual([false, true, false]);
  });
});
