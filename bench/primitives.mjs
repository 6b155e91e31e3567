/**
 * `node bench/primitives.mjs`: what a hit in memory costs, beside the same work by hand in the same run: microseconds of a
 * call, and the ratio, in time of the processor: other programs do not count. The request and the answer have 1 KiB each. By hand: `JSON.stringify`, SHA-256 and `JSON.parse`; recorded,
 * also one span and three metric points. Each row is the median over the rounds; the variants of a round run in turn. Then
 * 10,000 equal calls at once, and the memory of a stream of 200,000 chunks. Fails above the limits. Needs `npm run build`.
 * Options: `--rounds 15`, `--calls 2000`.
 */
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

const require = createRequire(import.meta.url);
const DIST = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, calls: { type: 'string', default: '2000' } },
});
const rounds = Number(options.rounds);
const calls = Number(options.calls);

const { createCache } = require(join(DIST, 'primitives.cjs'));
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const PROSE = 'The order of Ms Miller leaves on Monday: call the office before noon, or write to the shop. ';
const text = (length) => PROSE.repeat(Math.ceil(length / PROSE.length)).slice(0, length);
const REQUEST = {
  model: 'gpt-4o-mini',
  messages: [
    { role: 'system', content: text(300) },
    { role: 'user', content: text(580) },
  ],
  max_tokens: 500,
};
const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: text(700) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 210, completion_tokens: 160, total_tokens: 370 },
};
const ANSWER_JSON = JSON.stringify(ANSWER);

function byHand() {
  createHash('sha256').update(JSON.stringify(REQUEST)).digest('hex');
  return JSON.parse(ANSWER_JSON);
}

/** One span and three metric points, as an application would write them. */
function recordingByHand() {
  const tracer = trace.getTracer('by-hand');
  const meter = metrics.getMeter('by-hand');
  const requests = meter.createCounter('requests');
  const saved = meter.createCounter('saved');
  const duration = meter.createHistogram('duration');
  return () => {
    const start = performance.now();
    const span = tracer.startSpan('cache chat', { attributes: { name: 'chat' } });
    span.setAttributes({
      outcome: 'hit',
      store: 'memory',
      age: 1.5,
      cost: 0.0001,
      input: 210,
      output: 160,
      model: 'm',
    });
    requests.add(1, { name: 'chat', outcome: 'hit' });
    saved.add(0.0001, { name: 'chat' });
    duration.record((performance.now() - start) / 1000, { name: 'chat', outcome: 'hit' });
    span.end();
  };
}

async function time(run) {
  const start = process.cpuUsage();
  for (let i = 0; i < calls; i++) await run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / calls;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Microseconds of a call, by name of the variant. */
async function measure(variants) {
  const times = new Map(Object.keys(variants).map((name) => [name, []]));
  for (let round = 0; round < rounds + 2; round++)
    for (const [name, run] of Object.entries(variants)) {
      const us = await time(run);
      if (round >= 2) times.get(name).push(us);
    }
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
}

function registerProviders() {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new BasicTracerProvider());
  metrics.setGlobalMeterProvider(new MeterProvider());
}

const failures = [];
function report(name, us, limit) {
  const verdict = us <= limit ? 'ok' : 'TOO SLOW';
  if (us > limit) failures.push(name);
  console.log(
    `${name.padEnd(34)} ${us.toFixed(1).padStart(6)} us   limit ${limit.toFixed(1).padStart(6)} us   ${verdict}`,
  );
}

const cachedHit = async () => {
  const ask = createCache({ name: 'chat' })(async () => ANSWER);
  await ask(REQUEST);
  return () => ask(REQUEST);
};

const silent = await measure({ hand: async () => byHand(), hit: await cachedHit() });
registerProviders();
const record = recordingByHand();
const hand = async () => {
  record();
  return byHand();
};
const recorded = await measure({ hand, recording: async () => record(), hit: await cachedHit() });

console.log(
  `by hand ${silent.hand.toFixed(1)} us; one span and three metric points ${recorded.recording.toFixed(1)} us`,
);
report('hit without a provider', silent.hit, Math.min(3 * silent.hand, 20));
report('hit, recorded', recorded.hit, Math.min(3 * silent.hand + recorded.recording, 60));

let upstream = 0;
const ask = createCache()(async () => {
  upstream++;
  return ANSWER;
});
const start = performance.now();
await Promise.all(Array.from({ length: 10_000 }, () => ask(REQUEST)));
console.log(`10,000 equal calls at once: ${upstream} upstream, ${Math.round(performance.now() - start)} ms`);
if (upstream !== 1) failures.push('equal calls');

const stream = await createCache()(async function* chunks() {
  for (let i = 0; i < 200_000; i++) yield { index: i, delta: 'some text' };
})(1);
let before = 0;
let grown = 0;
for await (const { index } of stream) {
  if (index !== 50_000 && index !== 199_000) continue;
  collectGarbage();
  if (index === 50_000) before = process.memoryUsage().heapUsed;
  else grown = (process.memoryUsage().heapUsed - before) / 1e6;
}
console.log(`200,000 chunks through a cache: ${grown.toFixed(1)} MB more after 199,000 chunks than after 50,000`);
if (grown > 5) failures.push('memory of a stream');

if (failures.length > 0) {
  console.error(`over the limit: ${failures.join(', ')}`);
  process.exitCode = 1;
}
