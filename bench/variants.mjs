/**
 * One measured variant, in a process of its own: `node bench/variants.mjs VARIANT WORKLOAD CALLS`. Prints the CPU time
 * of a call in microseconds. The provider is a `fetch` stub in the process, so nothing but the SDK and us is measured.
 *
 * A server that has run for a while is what is measured. Code that runs once a call is compiled for good after some ten to
 * twenty thousand of them, so that many go before; most of the streams among them are short ones. No collection is forced
 * in between, because that throws compiled code away. All that is measured counts: a full collection takes some forty
 * milliseconds of all threads together and comes every fifteen thousand calls or three hundred streams, so a process that
 * makes no more than a few times as many is measured by how many of them it happened to meet.
 *
 *   bare      the SDK alone
 *   hand      a span written by hand around the same call, with the same attributes
 *   ours      this package
 *   absent    this package, no OpenTelemetry provider registered
 *   disabled  this package, instrumentation disabled
 * `+metrics` after hand and ours adds a meter provider. `+events` after hand adds as many chunk events as ours has,
 * `+no-events` after ours leaves them out.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [variant = 'bare', workload = 'unary', calls = '2000'] = process.argv.slice(2);
const [kind, ...more] = variant.split('+');
const withMetrics = more.includes('metrics');
const withEvents = more.includes('events');
const N = Number(calls);
const CHUNKS = 200;
/** Attributes of the application, beside those of the call. */
const CUSTOM = { team: 'search', 'app.tier': 2 };

const api = require('@opentelemetry/api');
if (kind === 'hand' || kind === 'ours') {
  const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
  const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
  const exporter = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  api.trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: 1e6 })] }),
  );
}
if (withMetrics) {
  const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
  class Idle extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  api.metrics.setGlobalMeterProvider(new MeterProvider({ readers: [new Idle()] }));
}
if (kind === 'ours' || kind === 'absent' || kind === 'disabled') {
  const { OpenAIInstrumentation } = require('../dist/index.cjs');
  const instrumentation = new OpenAIInstrumentation({
    attributes: CUSTOM,
    ...(more.includes('no-events') && { chunkEvents: 0 }),
  });
  instrumentation.patch(require('openai'));
  if (kind === 'disabled') instrumentation.disable();
}

const { OpenAI } = require('openai');
const usage = {
  prompt_tokens: 20,
  completion_tokens: 10,
  total_tokens: 30,
  prompt_tokens_details: { cached_tokens: 5 },
  completion_tokens_details: { reasoning_tokens: 3 },
};
const answer = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-2024-08-06',
  service_tier: 'default',
  system_fingerprint: 'fp_1',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello there' } }],
  usage,
});
const chunk = (choices, more) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-2024-08-06', service_tier: 'default', system_fingerprint: 'fp_1', choices, ...more })}\n\n`;
const eventsOf = (chunks) =>
  new TextEncoder().encode(
    `${Array.from({ length: chunks - 2 }, () => chunk([{ index: 0, delta: { content: 'word ' }, finish_reason: null }], { usage: null })).join('')}${chunk([{ index: 0, delta: {}, finish_reason: 'stop' }], { usage: null })}${chunk([], { usage })}data: [DONE]\n\n`,
  );
const [shortStream, longStream] = [eventsOf(8), eventsOf(CHUNKS)];
let events = shortStream;
const JSON_TYPE = { headers: { 'content-type': 'application/json' } };
const SSE_TYPE = { headers: { 'content-type': 'text/event-stream' } };
const fetch = async () => (workload === 'stream' ? new Response(events, SSE_TYPE) : new Response(answer, JSON_TYPE));
const client = new OpenAI({ apiKey: 'none', fetch, maxRetries: 0 });
const params = {
  model: 'gpt-4o',
  temperature: 0.5,
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Say hello' }],
  ...(workload === 'stream' && { stream: true, stream_options: { include_usage: true } }),
};

const tracer = api.trace.getTracer('by-hand');
const START = {
  kind: api.SpanKind.CLIENT,
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'server.address': 'api.openai.com',
    'server.port': 443,
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.max_tokens': 100,
    'openai.api.type': 'chat_completions',
    ...(workload === 'stream' && { 'gen_ai.request.stream': true }),
    ...CUSTOM,
  },
};
const meter = api.metrics.getMeter('by-hand');
const duration = meter.createHistogram('gen_ai.client.inference.duration');
const perChunk = meter.createHistogram('gen_ai.client.inference.time_per_output_chunk');
const tokens = ['input_tokens', 'output_tokens', 'cache_read', 'reasoning'].map((n) => meter.createCounter(n));
const sizes = ['input', 'output'].map((n) => meter.createHistogram(n));

function answered(span, r, reasons, used) {
  span.setAttributes({
    'gen_ai.response.id': r.id,
    'gen_ai.response.model': r.model,
    'gen_ai.response.finish_reasons': reasons,
    'gen_ai.usage.input_tokens': used.prompt_tokens,
    'gen_ai.usage.output_tokens': used.completion_tokens,
    'gen_ai.usage.cache_read.input_tokens': used.prompt_tokens_details.cached_tokens,
    'gen_ai.usage.reasoning.output_tokens': used.completion_tokens_details.reasoning_tokens,
    'openai.response.service_tier': r.service_tier,
    'openai.response.system_fingerprint': r.system_fingerprint,
    'gen_ai.usage.cost': used.prompt_tokens * 2.5e-6 + used.completion_tokens * 1e-5,
    'gen_ai.usage.cost.input': used.prompt_tokens * 2.5e-6,
    'gen_ai.usage.cost.output': used.completion_tokens * 1e-5,
    'llm_otel.cost.model': 'openai/gpt-4o',
  });
}
function measured(began, model) {
  if (!withMetrics) return;
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.response.model': model,
    'server.address': 'api.openai.com',
    'server.port': 443,
  };
  duration.record((performance.now() - began) / 1000, attributes);
  for (const t of tokens) t.add(5, { ...attributes, 'gen_ai.token.modality': 'unknown' });
  for (const s of sizes) s.record(5, attributes);
}

async function handUnary() {
  const began = performance.now();
  return tracer.startActiveSpan('chat gpt-4o', START, async (span) => {
    try {
      const r = await client.chat.completions.create(params);
      answered(
        span,
        r,
        r.choices.map((c) => c.finish_reason),
        r.usage,
      );
      measured(began, r.model);
      return r;
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: api.SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function* observed(stream, span, began) {
  let first;
  let last = 0;
  let chunks = 0;
  let reason;
  let used;
  let head;
  const times = [];
  try {
    for await (const c of stream) {
      if (withEvents && chunks % 8 === 0) times.push(performance.now());
      chunks++;
      if (first === undefined) {
        first = last = performance.now();
        head = c;
      } else if (withMetrics) {
        const now = performance.now();
        perChunk.record((now - last) / 1000, {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': 'openai',
          'gen_ai.request.model': 'gpt-4o',
          'gen_ai.response.model': head.model,
          'server.address': 'api.openai.com',
          'server.port': 443,
        });
        last = now;
      }
      if (c.choices[0]?.finish_reason) reason = c.choices[0].finish_reason;
      if (c.usage) used = c.usage;
      yield c;
    }
    answered(span, head, [reason], used);
    span.setAttributes({
      'gen_ai.response.time_to_first_chunk': (first - began) / 1000,
      'llm_otel.stream.chunks': chunks,
      'llm_otel.stream.outcome': 'completed',
    });
    times.forEach((time, i) => {
      span.addEvent('llm_otel.stream.chunk', { 'llm_otel.chunk.index': i * 8 }, time);
    });
    measured(began, head.model);
  } finally {
    span.end();
  }
}
async function handStream() {
  const began = performance.now();
  const span = tracer.startSpan('chat gpt-4o', START);
  const stream = await api.context.with(api.trace.setSpan(api.context.active(), span), () =>
    client.chat.completions.create(params),
  );
  return observed(stream, span, began);
}

const make =
  kind !== 'hand' ? () => client.chat.completions.create(params) : workload === 'stream' ? handStream : handUnary;
async function run(n) {
  for (let i = 0; i < n; i++) {
    const result = await make();
    if (workload === 'stream') for await (const c of result) if (c === null) throw new Error('no chunk');
    if (i % 500 === 499) await new Promise((resolve) => setImmediate(resolve)); // let the batch processor empty its queue
  }
}

await run(20000);
if (workload === 'stream') {
  events = longStream;
  await run(2000);
}
const before = process.cpuUsage();
await run(N);
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / N));
process.exit(0);
