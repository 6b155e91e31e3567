/**
 * `npm run bench:outages`: what arrives when the collector is down, slow or refuses. A process under `register` makes spans, a
 * collector on 127.0.0.1 misbehaves; the table says how many spans arrived, how many twice, and what the process said. Options:
 * `--only PATTERN`, `--scale 1` (share of the spans and times). The stock SDK of OpenTelemetry runs beside, with `--stock`.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '.' },
    scale: { type: 'string', default: '1' },
    stock: { type: 'boolean' },
  },
});
const scale = Number(options.scale);

/** Reads the fields of a protobuf message: number, bytes. */
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++];
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const type = tag % 8;
    if (type === 0) varint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else {
      const length = varint();
      yield [field, bytes.subarray(at, at + length)];
      at += length;
    }
  }
}

/** Span ids of an export request. */
function idsOf(body) {
  const ids = [];
  for (const [a, resource] of fields(body))
    if (a === 1)
      for (const [b, scope] of fields(resource))
        if (b === 2)
          for (const [c, span] of fields(scope))
            if (c === 2) for (const [d, id] of fields(span)) if (d === 2) ids.push(Buffer.from(id).toString('hex'));
  return ids;
}

/** A collector whose behaviour changes: `behave` is called with each request and answers, or does not. */
function startCollector() {
  const seen = new Map();
  const collector = { behave: undefined, seen, port: 0 };
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const accept = () => {
        for (const id of idsOf(Buffer.concat(chunks))) seen.set(id, (seen.get(id) ?? 0) + 1);
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      };
      if (collector.behave === undefined) accept();
      else collector.behave({ request, response, accept, size: Buffer.concat(chunks).length });
    });
  });
  const connections = new Set();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => {});
  });
  collector.listen = (on) =>
    new Promise((resolve) => server.listen(on, '127.0.0.1', () => resolve(server.address().port)));
  collector.stop = () =>
    new Promise((resolve) => {
      for (const socket of connections) socket.destroy();
      server.close(() => resolve());
    });
  return collector;
}

/** Makes `count` spans at `rate` a second, `size` characters each, and ends by itself. Each span has a text of its own. */
const application = ({ count, rate, size = 0 }) => `
const { trace } = require('@opentelemetry/api');
const { randomBytes } = require('node:crypto');
const tracer = trace.getTracer('outage');
let made = 0;
let rss = 0;
setInterval(() => { rss = Math.max(rss, process.memoryUsage.rss()); }, 50).unref();
const began = Date.now();
function tick() {
  const due = Math.min(${count}, ${rate === 'burst' ? count : `Math.floor((Date.now() - began) / 1000 * ${rate}) + 1`});
  for (; made < due; made++) {
    const span = tracer.startSpan('s' + made);
    span.setAttribute('i', made);
    if (${size}) span.setAttribute('text', randomBytes(${Math.ceil(size / 2)}).toString('hex'));
    span.end();
  }
  if (made < ${count}) setTimeout(tick, 5);
  else console.log('made ' + made + ' rss ' + Math.max(rss, process.memoryUsage.rss()));
}
tick();
`;

/** One row of the table: how the spans are made, and what the collector does. */
const SCENARIOS = [
  {
    name: '50,000 spans, refused for the first half',
    spans: { count: 50_000, rate: 2500 },
    env: { LLM_OTEL_EXIT_TIMEOUT: '20000' },
    async run({ collector, port }) {
      await sleep(10_000 * scale);
      await collector.listen(port);
    },
    down: true,
  },
  {
    name: '50,000 spans, black hole for the first half',
    spans: { count: 50_000, rate: 2500 },
    env: { LLM_OTEL_EXIT_TIMEOUT: '40000', OTEL_EXPORTER_OTLP_TIMEOUT: '3000' },
    async run({ collector }) {
      collector.behave = () => {};
      await sleep(10_000 * scale);
      collector.behave = undefined;
    },
  },
  ...[5, 100, 2500].map((rate) => ({
    name: `20 s outage at ${rate} spans a second`,
    spans: { count: rate * 26, rate },
    env: { LLM_OTEL_EXIT_TIMEOUT: '30000' },
    async run({ collector, port }) {
      await sleep(20_000 * scale);
      await collector.listen(port);
    },
    down: true,
  })),
  ...[
    ['429, Retry-After 1', 429, '1'],
    ['503, Retry-After 1', 503, '1'],
    ['503, Retry-After 30', 503, '30'],
  ].map(([name, status, after]) => ({
    name: `${name}, for 5 s`,
    spans: { count: 5000, rate: 500 },
    env: { LLM_OTEL_EXIT_TIMEOUT: '40000', OTEL_BSP_SCHEDULE_DELAY: '500' },
    async run({ collector }) {
      collector.behave = ({ response }) => response.writeHead(status, { 'retry-after': after }).end();
      await sleep(5000 * scale);
      collector.behave = undefined;
    },
  })),
  {
    name: 'connections reset for 5 s',
    spans: { count: 5000, rate: 500 },
    env: { LLM_OTEL_EXIT_TIMEOUT: '20000', OTEL_BSP_SCHEDULE_DELAY: '500' },
    async run({ collector }) {
      collector.behave = ({ request }) => request.socket.resetAndDestroy();
      await sleep(5000 * scale);
      collector.behave = undefined;
    },
  },
  {
    name: '413 above 100 kB',
    spans: { count: 5000, rate: 'burst', size: 1000 },
    env: { LLM_OTEL_EXIT_TIMEOUT: '20000' },
    async run({ collector }) {
      collector.behave = ({ response, accept, size }) => (size > 100_000 ? response.writeHead(413).end() : accept());
    },
  },
  {
    // What does not fit is lost; the memory is what counts, beside the same process that exports nothing.
    name: '12 s of 50 kB spans into a black hole',
    spans: { count: 2400, rate: 200, size: 50_000 },
    env: {},
    mostMemory: 64 * 2 ** 20 + 64e6,
    async run({ collector }) {
      collector.behave = () => {};
    },
  },
  { name: '20,000 spans in one burst, then the end', spans: { count: 20_000, rate: 'burst' }, env: {}, async run() {} },
];

/** Compares the most memory of a process with the same process without export, and with a collector that answers. */
async function judgeMemory({ name, spans, mostMemory }, rss, arrived) {
  const peakOf = async (env) => (await runScenario({ spans, env, run: async () => {} })).rss;
  const none = rss - (await peakOf({ OTEL_TRACES_EXPORTER: 'none' }));
  const well = rss - (await peakOf({ LLM_OTEL_EXIT_TIMEOUT: '20000' }));
  const most = Math.round(mostMemory / 1e6);
  console.log(
    `${name}: ${Math.round(none)} MB more than without export, ${none > most ? 'ABOVE' : 'within'} ${most} MB; ` +
      `${Math.round(well)} MB more than with a collector that answers; ${arrived} of ${spans.count} arrived`,
  );
  return none > most ? 1 : 0;
}

/** Runs the application of a scenario beside its collector. */
async function runScenario({ spans, env, run, down }) {
  const collector = startCollector();
  const port = await collector.listen(0);
  if (down) await collector.stop();
  const count = Math.ceil(spans.count * (spans.rate === 'burst' ? 1 : scale));
  const child = spawn(
    process.execPath,
    ['--require', join(ROOT, 'dist/register.cjs'), '-e', application({ ...spans, count })],
    {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
        OTEL_METRICS_EXPORTER: 'none',
        OTEL_LOGS_EXPORTER: 'none',
        ...env,
      },
    },
  );
  let stderr = '';
  let stdout = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  await run({ collector, port });
  await ended;
  await collector.stop();
  const arrived = collector.seen.size;
  const twice = [...collector.seen.values()].filter((times) => times > 1).length;
  const rss = Number(/rss (\d+)/.exec(stdout)?.[1] ?? 0) / 1e6;
  return { count, arrived, twice, rss, stderr };
}

/** Runs a scenario, and prints its row. Returns what is lost. */
async function once(scenario) {
  const { count, arrived, twice, rss, stderr } = await runScenario(scenario);
  const { name, mostMemory } = scenario;
  if (mostMemory !== undefined) return judgeMemory(scenario, rss, arrived);
  console.log(`${name}: ${count - arrived} of ${count} lost, ${twice} twice, RSS ${Math.round(rss)} MB`);
  for (const line of stderr.trim().split('\n').filter(Boolean).slice(0, 4)) console.log(`    ${line.slice(0, 200)}`);
  return count - arrived;
}

let lost = 0;
for (const scenario of SCENARIOS) if (new RegExp(options.only).test(scenario.name)) lost += await once(scenario);
process.exitCode = lost > 0 ? 1 : 0;
