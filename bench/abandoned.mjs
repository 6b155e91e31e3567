/**
 * `npm run bench:abandoned`: 100,000 calls whose answer nobody reads. After garbage collection no span may be open and
 * the heap may not have grown. Exits 1 if it has. Options: `--calls 100000`.
 */
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);
const { values } = parseArgs({ options: { calls: { type: 'string', default: '100000' } } });
const CALLS = Number(values.calls);
if (globalThis.gc === undefined) throw new Error('run with node --expose-gc');

const api = require('@opentelemetry/api');
const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
let started = 0;
const outcomes = {};
const counting = {
  onStart: () => started++,
  onEnd: (span) => {
    const outcome = span.attributes['llm_otel.stream.outcome'] ?? 'none';
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [counting] }));
const { OpenAIInstrumentation } = require('../dist/index.cjs');
new OpenAIInstrumentation().patch(require('openai'));
const { OpenAI } = require('openai');

const event = new TextEncoder().encode(
  'data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"x"}}]}\n\n',
);
const fetch = async (_url, init) =>
  String(init.body).includes('"stream":true')
    ? new Response(new ReadableStream({ pull: (c) => c.enqueue(event) }), {
        headers: { 'content-type': 'text/event-stream' },
      })
    : new Response('{"id":"c","model":"m","choices":[]}', { headers: { 'content-type': 'application/json' } });
const client = new OpenAI({ apiKey: 'none', fetch, maxRetries: 0 });
const body = { model: 'm', messages: [{ role: 'user', content: 'x' }] };

/** Ways to lose an answer. */
const ABANDON = [
  () => void client.chat.completions.create(body),
  async () => void (await client.chat.completions.create({ ...body, stream: true })),
  async () => {
    const stream = await client.chat.completions.create({ ...body, stream: true });
    await stream[Symbol.asyncIterator]().next();
  },
  async () => void (await client.chat.completions.create(body).asResponse()),
];

async function collect() {
  for (let i = 0; i < 6; i++) {
    globalThis.gc();
    await sleep(20);
  }
}
async function lose(n) {
  for (let i = 0; i < n; i++) {
    await ABANDON[i % ABANDON.length]();
    if (i % 1000 === 999) await collect();
  }
  await collect();
}

await lose(4000);
const before = process.memoryUsage().heapUsed;
await lose(CALLS);
const ended = Object.values(outcomes).reduce((a, b) => a + b, 0);
const growth = (process.memoryUsage().heapUsed - before) / CALLS;
const open = started - ended;
process.stdout.write(
  `${started} calls, ended: ${JSON.stringify(outcomes)}, open: ${open}, heap growth: ${growth.toFixed(1)} bytes a call\n`,
);
process.exit(open === 0 && growth < 20 ? 0 : 1);
