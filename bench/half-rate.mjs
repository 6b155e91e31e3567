/**
 * `npm run bench:half-rate`: what export adds to the latency of calls under load. The bare SDK tells how many calls a second the
 * machine does; then bare and `register` make half as many for 30 s each, in turn, against a provider and a collector on
 * 127.0.0.1. Says p99 of the calls as a ratio, and the CPU time of the slices in which batches are encoded. Options: `--rounds 3`,
 * `--seconds 30`, `--node PATH` (from 24 on, Node tells the CPU time of a thread).
 */
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

const FILE = fileURLToPath(import.meta.url);
const ROOT = join(dirname(FILE), '..');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '30' },
    node: { type: 'string', default: process.execPath },
    child: { type: 'string' },
    rate: { type: 'string', default: '0' },
  },
});
const seconds = Number(options.seconds);

const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_790_000_000,
  model: 'gpt-4o-2024-08-06',
  choices: [{ index: 0, message: { role: 'assistant', content: 'blue' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 24, completion_tokens: 17, total_tokens: 41 },
});

const quantile = (list, share) => list.toSorted((a, b) => a - b)[Math.floor((list.length - 1) * share)];

/** Provider and collector, in a process of their own. */
async function serve() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const isCall = request.url.startsWith('/v1/chat');
      response.writeHead(200, { 'content-type': isCall ? 'application/json' : 'application/x-protobuf' });
      response.end(isCall ? ANSWER : undefined);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send(server.address().port);
  process.on('disconnect', () => process.exit());
}

/** Measures the callbacks with which our build encodes in a later turn: an immediate, and a timer of 1 ms beside. */
function watchSlices() {
  const timers = createRequire(FILE)('node:timers');
  const cpu = process.threadCpuUsage?.bind(process) ?? process.cpuUsage.bind(process);
  const slices = [];
  const measured = (run) => () => {
    const before = cpu();
    run();
    const { user, system } = cpu(before);
    slices.push((user + system) / 1000);
  };
  const { setImmediate, setTimeout } = timers;
  timers.setImmediate = (run, ...rest) => setImmediate(measured(run), ...rest);
  timers.setTimeout = (run, ms, ...rest) => setTimeout(ms === 1 ? measured(run) : run, ms, ...rest);
  return slices;
}

/** Makes calls: as many as go with 16 at a time, or `rate` a second from their times in the plan. */
async function child(variant, rate) {
  const slices = watchSlices();
  if (variant === 'ours') createRequire(FILE)(join(ROOT, 'dist/register.cjs'));
  const { default: OpenAI } = await import('openai');
  const openai = new OpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL, maxRetries: 0 });
  const messages = [{ role: 'user', content: 'Why is the sea blue?' }];
  const call = () => openai.chat.completions.create({ model: 'gpt-4o', messages });
  const inTurn = async (end) => {
    let made = 0;
    const loop = async () => {
      for (; performance.now() < end; made++) await call();
    };
    await Promise.all(Array.from({ length: 16 }, loop));
    return made;
  };
  await inTurn(performance.now() + 2000);
  if (rate === 0) {
    console.log(JSON.stringify({ rate: (await inTurn(performance.now() + 4000)) / 4 }));
    return;
  }
  const waits = [];
  slices.length = 0;
  const began = performance.now();
  const open = new Set();
  for (let made = 0; made < rate * seconds; ) {
    const due = Math.min(rate * seconds, ((performance.now() - began) / 1000) * rate);
    for (; made < due; made++) {
      const planned = began + (made / rate) * 1000;
      const one = call().then(() => {
        waits.push(performance.now() - planned);
        open.delete(one);
      });
      open.add(one);
    }
    await sleep(1);
  }
  await Promise.all(open);
  const slice =
    slices.length === 0 ? undefined : { count: slices.length, p99: quantile(slices, 0.99), most: Math.max(...slices) };
  console.log(JSON.stringify({ p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), slice }));
}

async function measure(port, variant, rate) {
  const env = {
    PATH: process.env.PATH,
    PROVIDER_URL: `http://127.0.0.1:${port}/v1`,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
  };
  const args = [FILE, '--child', variant, '--rate', String(rate), '--seconds', String(seconds)];
  const { stdout } = await promisify(execFile)(options.node, args, { cwd: ROOT, env, timeout: (seconds + 60) * 1000 });
  return JSON.parse(stdout);
}

async function main() {
  const server = fork(FILE, ['--child', 'server']);
  const [port] = await once(server, 'message');
  const { rate } = await measure(port, 'bare', 0);
  const half = Math.floor(rate / 2);
  console.log(`bare reaches ${Math.round(rate)} calls a second; ${half} a second for ${seconds} s:`);
  const ratios = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    const bare = await measure(port, 'bare', half);
    const ours = await measure(port, 'ours', half);
    ratios.push(ours.p99 / bare.p99);
    const show = ({ p50, p99 }) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
    const { count, p99, most } = ours.slice;
    console.log(`  bare ${show(bare)}; ours ${show(ours)}; ratio of p99 ${ratios.at(-1).toFixed(2)}`);
    console.log(`  ${count} slices, CPU p99 ${p99.toFixed(1)} ms, most ${most.toFixed(1)} ms`);
  }
  console.log(`median ratio of p99: ${quantile(ratios, 0.5).toFixed(2)}`);
  server.disconnect();
}

if (options.child === 'server') await serve();
else if (options.child !== undefined) await child(options.child, Number(options.rate));
else await main();
