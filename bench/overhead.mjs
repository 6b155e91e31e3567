/**
 * `npm run bench`: what recording costs, as ratios measured side by side. Every variant runs in a process of its own, in
 * turn, several rounds. Two processes of the same variant differ by a few percent, which is as much as some of what is
 * measured: what a variant adds is the median over the rounds of its difference to the bare SDK in the same round.
 * Three quarters of an hour. Writes `bench/RESULTS.md`. Options: `--rounds 15`, `--stream-rounds 11`, `--calls 100000` (a
 * tenth of it for streams), `--node PATH`, `--no-write`.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureStartup } from './startup.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    'stream-rounds': { type: 'string', default: '11' },
    calls: { type: 'string', default: '100000' },
    node: { type: 'string', default: process.execPath },
    'no-write': { type: 'boolean', default: false },
  },
});
const rounds = { unary: Number(options.rounds), stream: Number(options['stream-rounds']) };
const calls = { unary: Number(options.calls), stream: Math.ceil(Number(options.calls) / 10) };
const VARIANTS = {
  unary: ['bare', 'hand', 'ours', 'absent', 'disabled', 'hand+metrics', 'ours+metrics'],
  stream: [
    'bare',
    'hand',
    'hand+events',
    'ours',
    'ours+no-events',
    'absent',
    'disabled',
    'hand+metrics',
    'ours+metrics',
  ],
};
/** V8 sizes its young generation as it goes, and settles on another size from run to run: that would be what is compared. */
const FLAGS = ['--min-semi-space-size=16', '--max-semi-space-size=16'];
const script = new URL('variants.mjs', import.meta.url).pathname;

/** CPU microseconds a call. */
function measure(variant, workload) {
  return Number(
    execFileSync(options.node, [...FLAGS, script, variant, workload, calls[workload]], { encoding: 'utf8' }),
  );
}

/** The value below which `share` of the list lies. */
function quantile(list, share) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)];
}
const median = (list) => quantile(list, 0.5);

function compare(workload) {
  const variants = VARIANTS[workload];
  const samples = Object.fromEntries(variants.map((v) => [v, []]));
  for (let round = 0; round < rounds[workload]; round++) {
    // Each begins a round in turn, so that none always follows the same one.
    for (let i = 0; i < variants.length; i++) {
      const variant = variants[(i + round) % variants.length];
      samples[variant][round] = measure(variant, workload);
    }
  }
  const added = (v) => samples[v].map((cost, round) => cost - samples.bare[round]);
  const ratio = (name, ours, hand) => [name, median(added(ours)) / median(added(hand)), ''];
  const row = (name, variant) => [
    name,
    median(added(variant)),
    `${quantile(added(variant), 0.25).toFixed(2)} to ${quantile(added(variant), 0.75).toFixed(2)}`,
  ];
  const ofStreams = (make) => (workload === 'stream' ? make() : []);
  return {
    bare: median(samples.bare),
    rows: [
      ratio('our span against a span by hand', 'ours', 'hand'),
      ...ofStreams(() => [
        ratio('the same, with as many chunk events by hand', 'ours', 'hand+events'),
        ratio('the same, both without chunk events', 'ours+no-events', 'hand'),
      ]),
      ratio('our span and metrics against both by hand', 'ours+metrics', 'hand+metrics'),
      row('added by a span by hand, us', 'hand'),
      ...ofStreams(() => [row('added by hand with chunk events, us', 'hand+events')]),
      row('added by ours, us', 'ours'),
      ...ofStreams(() => [row('added by ours without chunk events, us', 'ours+no-events')]),
      row('added by a span and metrics by hand, us', 'hand+metrics'),
      row('added by ours with metrics, us', 'ours+metrics'),
      row('added with no provider registered, us', 'absent'),
      row('added when disabled, us', 'disabled'),
      ...ofStreams(() => [['added by ours a chunk, us', median(added('ours')) / 200, '']]),
    ],
  };
}

const nodeVersion = execFileSync(options.node, ['--version'], { encoding: 'utf8' }).trim();
const TITLES = { unary: 'A unary call', stream: 'A stream of 200 chunks, chunk events on' };
let page = `# What recording costs

CPU time of a chat completion through the openai SDK with an in-process \`fetch\`, over the bare SDK. Variants in turn, each in
a process of its own that has made 20000 calls before: ${calls.unary} calls are measured, or ${calls.stream} streams. What a variant
adds is the median over the rounds of its difference to the bare SDK in the same round, and beside it stands where the middle
half of the rounds lies. "By hand" is a span (and the same metrics) that an application would write around the same call, with
the same attributes, cost and two of the application's own among them; around a stream it is an async generator. Ours adds
chunk events (at most 32 a span, the default), by hand does so where that is said. Made by \`npm run bench\` on Node
${nodeVersion}. Ratios carry over to other machines, microseconds do not.
`;
for (const workload of ['unary', 'stream']) {
  const { bare, rows } = compare(workload);
  page += `\n## ${TITLES[workload]}\n\nThe bare call: ${bare.toFixed(1)} us. ${rounds[workload]} rounds.\n\n| | | middle half |\n|---|--:|--:|\n`;
  for (const [name, value, spread] of rows) page += `| ${name} | ${value.toFixed(2)} | ${spread} |\n`;
}
page += '\n## Start of a process\n\nWall time over bare node, median of 15, in turn.\n\n| | ms |\n|---|--:|\n';
for (const [name, ms] of measureStartup(options.node, 15)) page += `| ${name} | ${ms.toFixed(1)} |\n`;
process.stdout.write(page);
if (!options['no-write']) writeFileSync(new URL('RESULTS.md', import.meta.url), page);
