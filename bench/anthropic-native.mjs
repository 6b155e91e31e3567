/**
 * `node bench/anthropic-native.mjs`: what our span costs beside what the span of @anthropic-ai/sdk's own tracing costs.
 * CPU time of a call with an in-process `fetch`; every variant in a process of its own, in turn, medians of the rounds.
 * Options: `--rounds 9`, `--calls 4000`, `--dist FOLDER`.
 *
 *   bare    the SDK alone, its tracing off
 *   native  the SDK's own tracing
 *   ours    this package, in place of it
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '9' },
    calls: { type: 'string', default: '4000' },
    dist: { type: 'string', default: new URL('../dist', import.meta.url).pathname },
  },
});
const VARIANTS = ['bare', 'native', 'ours'];
const CHUNKS = 200;

if (positionals.length > 0) await run(...positionals);
else for (const workload of ['unary', 'stream']) report(workload);

function report(workload) {
  const calls = Math.ceil(Number(options.calls) / (workload === 'stream' ? 10 : 1));
  const samples = Object.fromEntries(VARIANTS.map((variant) => [variant, []]));
  for (let round = 0; round < Number(options.rounds); round++)
    for (const variant of VARIANTS) {
      const args = [
        '--expose-gc',
        new URL(import.meta.url).pathname,
        variant,
        workload,
        String(calls),
        '--dist',
        options.dist,
      ];
      samples[variant].push(Number(execFileSync(process.execPath, args, { encoding: 'utf8' })));
    }
  const cost = Object.fromEntries(VARIANTS.map((variant) => [variant, median(samples[variant])]));
  const added = (variant) => (cost[variant] - cost.bare).toFixed(1);
  console.log(
    `${workload}: bare ${cost.bare.toFixed(1)} us, native +${added('native')} us, ours +${added('ours')} us ` +
      `(ours / native ${((cost.ours - cost.bare) / (cost.native - cost.bare)).toFixed(2)})`,
  );
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
}

async function run(variant, workload, calls) {
  const require = createRequire(import.meta.url);
  const api = require('@opentelemetry/api');
  const { BasicTracerProvider, BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
  const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
  const { W3CTraceContextPropagator } = require('@opentelemetry/core');
  const exporter = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };
  if (variant !== 'bare') {
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
    const processor = new BatchSpanProcessor(exporter, { maxQueueSize: 1e6 });
    api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
  }
  const sdk = require('@anthropic-ai/sdk');
  if (variant === 'ours') {
    const { AnthropicInstrumentation } = require(`${options.dist}/index.cjs`);
    new AnthropicInstrumentation().patch(sdk);
  }
  const client = new sdk.Anthropic({
    apiKey: 'none',
    maxRetries: 0,
    fetch: async () => new Response(...answerOf(workload)),
    ...(variant === 'bare' && { openTelemetry: false }),
  });
  const params = { model: 'claude-x', max_tokens: 99, messages: [{ role: 'user', content: 'Say hello' }] };
  const once = async () => {
    if (workload === 'unary') return void (await client.messages.create(params));
    for await (const _ of await client.messages.create({ ...params, stream: true })) void _;
  };
  const loop = async (count) => {
    for (let i = 0; i < count; i++) await once();
  };
  await loop(Math.ceil(Number(calls) / 4));
  globalThis.gc?.();
  const began = process.cpuUsage();
  await loop(Number(calls));
  const { user, system } = process.cpuUsage(began);
  process.stdout.write(String((user + system) / Number(calls)));
  process.exit(0);
}

function answerOf(workload) {
  const usage = { input_tokens: 20, cache_read_input_tokens: 5, cache_creation_input_tokens: 0, output_tokens: 10 };
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-x-1',
    stop_reason: 'end_turn',
    usage,
  };
  if (workload === 'unary')
    return [
      JSON.stringify({ ...message, content: [{ type: 'text', text: 'Hello' }] }),
      { headers: { 'content-type': 'application/json' } },
    ];
  const events = [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...Array.from({ length: CHUNKS - 5 }, () => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: 'word ' },
    })),
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 10 } },
    { type: 'message_stop' },
  ];
  const body = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  return [body, { headers: { 'content-type': 'text/event-stream' } }];
}
