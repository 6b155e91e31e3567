/**
 * `npm run bench:export`: CPU time of a span from its end to the socket, beside the stock batch processor and exporter of
 * OpenTelemetry in the same run. Each variant runs in processes of its own, in turn; a collector in this process answers. What a
 * variant costs is the median over the rounds of its difference to spans that nobody exports. Then, in the same run, the time
 * that the application waits in `onEnd` of the span processor at p50 and p99, the medians of the rounds. Options: `--rounds 7`,
 * `--spans 40000`.
 */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { answerAttributes, START_ATTRIBUTES } from './recorded-call.mjs';

const FILE = fileURLToPath(import.meta.url);
const ROOT = join(dirname(FILE), '..');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    spans: { type: 'string', default: '40000' },
    variant: { type: 'string' },
    url: { type: 'string' },
  },
});
const count = Number(options.spans);

/** A span as a recorded call leaves it: `call` 20 attributes, `stream` 32 chunk events besides. */
function makeSpan(tracer, kind, i) {
  const span = tracer.startSpan('chat gpt-4o', { kind: 2, attributes: START_ATTRIBUTES });
  span.setAttributes(answerAttributes(i));
  if (kind === 'stream')
    for (let c = 0; c < 32; c++)
      span.addEvent('llm_otel.stream.chunk', { 'llm_otel.chunk.index': c }, [1_790_000_000, c * 1e6]);
  span.end();
}

/** A processor that measures `onEnd` of `inner` in microseconds. */
function measuring(inner, times) {
  return {
    onStart: (span, context) => inner.onStart(span, context),
    onEnd(span) {
      const began = performance.now();
      inner.onEnd(span);
      times.push((performance.now() - began) * 1000);
    },
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
}

/** `onEnd` of a processor in the tracer provider of an application, with the exporter of OpenTelemetry: p50 and p99. */
async function waitChild(who, kind, url) {
  const { BasicTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
  const { PipelineSpanProcessor } = createRequire(FILE)(join(ROOT, 'dist/pipeline.cjs'));
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces` });
  const processor =
    who === 'stock'
      ? new BatchSpanProcessor(exporter, { maxQueueSize: 100_000 })
      : new PipelineSpanProcessor({ name: 'bench', exporter });
  const times = [];
  const tracer = new BasicTracerProvider({ spanProcessors: [measuring(processor, times)] }).getTracer('bench');
  const run = async (spans) => {
    for (let i = 0; i < spans; i++) {
      makeSpan(tracer, kind, i);
      if (i % 256 === 255) await new Promise((resolve) => setImmediate(resolve));
    }
    await processor.forceFlush();
  };
  await run(count / 4);
  times.length = 0;
  await run(count);
  times.sort((a, b) => a - b);
  process.send([times[count >> 1], times[Math.floor(count * 0.99)]]);
  process.exit();
}

async function child(variant, url) {
  const [who, kind, isWait] = variant.split('/');
  if (isWait !== undefined) return waitChild(who, kind, url);
  const { BasicTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  let flush = async () => {};
  let spanProcessors = [];
  if (who === 'stock') {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto');
    const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` }), {
      maxQueueSize: 100_000,
    });
    spanProcessors = [processor];
    flush = () => processor.forceFlush();
  }
  let tracer;
  if (who.startsWith('ours')) {
    // The SDK of register, without the providers that step aside for the SDK of an application.
    const { startSdk } = createRequire(FILE)(join(ROOT, 'dist/pipeline-sdk.cjs'));
    const sdk = startSdk(settingsOf(who === 'ours' ? url : undefined));
    tracer = sdk.trace.getTracer('bench');
    flush = () => createRequire(FILE)(join(ROOT, 'dist/manual.cjs')).flush(30_000);
  } else tracer = new BasicTracerProvider({ spanProcessors }).getTracer('bench');
  const run = async (spans) => {
    for (let i = 0; i < spans; i++) {
      makeSpan(tracer, kind, i);
      if (i % 256 === 255) await new Promise((resolve) => setImmediate(resolve));
    }
    await flush();
  };
  await run(count / 4);
  const before = process.cpuUsage();
  await run(count);
  const { user, system } = process.cpuUsage(before);
  process.send((user + system) / count);
  process.exit();
}

/** Plain settings of the SDK with one OTLP pipeline, or none. */
function settingsOf(url) {
  const target = {
    signal: 'traces',
    transport: 'http',
    url: `${url}/v1/traces`,
    headers: { 'content-type': 'application/x-protobuf' },
    compression: 'none',
    timeoutMs: 10_000,
    tls: {},
  };
  const pipeline = {
    name: 'otlp',
    signal: 'traces',
    maxRequestSize: 4_194_304,
    retry: { initialInterval: 1000, multiplier: 1.5, maxInterval: 5000, maxAttempts: 5 },
    breaker: null,
    spool: null,
    exporter: { kind: 'otlp', protocol: 'http/protobuf', target },
    batch: {
      scheduleDelay: 5000,
      exportTimeout: 30_000,
      maxQueueSize: null,
      maxExportBatchSize: 512,
      maxQueueBytes: 67_108_864,
      overflow: 'drop_newest',
      adaptive: false,
      maxConcurrentExports: 30,
    },
  };
  return {
    resource: { serviceName: 'bench', attributes: {}, detectors: [] },
    processMetrics: [],
    selfMetrics: false,
    logSampling: false,
    propagators: [],
    exitTimeout: 1500,
    traces: {
      pipelines: url === undefined ? [] : [pipeline],
      sampler: { kind: 'always_on' },
      limits: { attributeCountLimit: 128, eventCountLimit: 128, linkCountLimit: 128, own: {} },
    },
    metrics: undefined,
    logs: undefined,
  };
}

async function measure(variant, url) {
  return new Promise((resolve, reject) => {
    const one = fork(FILE, ['--variant', variant, '--url', url, '--spans', String(count)], { cwd: ROOT });
    one.on('message', resolve);
    one.on('error', reject);
    one.on('exit', (code) => reject(new Error(`${variant} ended with ${code}`)));
  });
}

async function main() {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  console.log(`node ${process.version}, ${count} spans, ${options.rounds} rounds`);
  for (const kind of ['call', 'stream']) {
    const added = { stock: [], ours: [] };
    const wire = {};
    for (let round = 0; round < Number(options.rounds); round++) {
      for (const [who, nobody] of [
        ['stock', 'none'],
        ['ours', 'ours-none'],
      ]) {
        const none = await measure(`${nobody}/${kind}`, url);
        bytes = 0;
        added[who].push((await measure(`${who}/${kind}`, url)) - none);
        wire[who] = Math.round(bytes / (count * 1.25));
      }
    }
    const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];
    const [stock, ours] = [median(added.stock), median(added.ours)];
    console.log(
      `${kind}: stock ${stock.toFixed(2)} us, ours ${ours.toFixed(2)} us a span, ratio ${(ours / stock).toFixed(2)}; ${wire.stock} and ${wire.ours} bytes on the wire`,
    );
    await printWaits(kind, url, median);
  }
  server.close();
}

async function printWaits(kind, url, median) {
  const waits = { stock: [], ours: [] };
  for (let round = 0; round < Number(options.rounds); round++)
    for (const who of Object.keys(waits)) waits[who].push(await measure(`${who}/${kind}/wait`, url));
  const [stock, ours] = Object.values(waits).map((list) => [0, 1].map((i) => median(list.map((pair) => pair[i]))));
  console.log(
    `${kind}, onEnd: stock p50 ${stock[0].toFixed(2)} p99 ${stock[1].toFixed(2)} us, ours p50 ${ours[0].toFixed(2)} p99 ${ours[1].toFixed(2)} us, ratio at p99 ${(ours[1] / stock[1]).toFixed(2)}`,
  );
}

if (options.variant === undefined) await main();
else await child(options.variant, options.url);
