/**
 * `npm run bench`: what recording costs, as ratios measured side by side. Every variant runs in a process of its own, in
 * turn, several rounds; the figure of a variant is the median of its rounds. Writes `bench/RESULTS.md`.
 * Options: `--rounds 5`, `--calls 40000` (a tenth of it for streams), `--node PATH`, `--no-write`.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureStartup } from './startup.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    calls: { type: 'string', default: '40000' },
    node: { type: 'string', default: process.execPath },
    'no-write': { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const calls = { unary: Number(options.calls), stream: Math.ceil(Number(options.calls) / 10) };
const VARIANTS = ['bare', 'hand', 'ours', 'absent', 'disabled', 'hand+metrics', 'ours+metrics'];
/** V8 sizes its young generation as it goes, and settles on another size from run to run: that would be what is compared. */
const FLAGS = ['--min-semi-space-size=16', '--max-semi-space-size=16'];
const script = new URL('variants.mjs', import.meta.url).pathname;

/** CPU microseconds a call. */
function measure(variant, workload) {
  return Number(
    execFileSync(options.node, [...FLAGS, script, variant, workload, calls[workload]], { encoding: 'utf8' }),
  );
}

function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function compare(workload) {
  const samples = Object.fromEntries(VARIANTS.map((v) => [v, []]));
  for (let round = 0; round < rounds; round++)
    for (const variant of VARIANTS) samples[variant].push(measure(variant, workload));
  const cost = Object.fromEntries(VARIANTS.map((v) => [v, median(samples[v])]));
  const added = (v) => cost[v] - cost.bare;
  return {
    cost,
    rows: [
      ['our span against a span by hand', added('ours') / added('hand')],
      ['our span and metrics against both by hand', added('ours+metrics') / added('hand+metrics')],
      ['added by a span by hand, us', added('hand')],
      ['added by ours, us', added('ours')],
      ['added by a span and metrics by hand, us', added('hand+metrics')],
      ['added by ours with metrics, us', added('ours+metrics')],
      ['added with no provider registered, us', added('absent')],
      ['added when disabled, us', added('disabled')],
      ...(workload === 'stream' ? [['added by ours a chunk, us', added('ours') / 200]] : []),
    ],
  };
}

const TITLES = { unary: 'A unary call', stream: 'A stream of 200 chunks, chunk events on' };
let page = `# What recording costs

CPU time of a chat completion through the openai SDK with an in-process \`fetch\`, over the bare SDK. Median of ${rounds} rounds,
variants in turn, each in a process of its own that has made as many calls before; "by hand" is a span (and the same metrics) that an application would write
around the same call, with the same attributes, cost and two of the application's own among them. Made by \`npm run bench\` on Node ${execFileSync(options.node, ['--version'], { encoding: 'utf8' }).trim()}.
Ratios carry over to other machines, microseconds do not.
`;
for (const workload of ['unary', 'stream']) {
  const { cost, rows } = compare(workload);
  page += `\n## ${TITLES[workload]}\n\nThe bare call: ${cost.bare.toFixed(1)} us\n\n| | |\n|---|--:|\n`;
  for (const [name, value] of rows) page += `| ${name} | ${value.toFixed(2)} |\n`;
}
page += '\n## Start of a process\n\nWall time over bare node, median of 15, in turn.\n\n| | ms |\n|---|--:|\n';
for (const [name, ms] of measureStartup(options.node, 15)) page += `| ${name} | ${ms.toFixed(1)} |\n`;
process.stdout.write(page);
if (!options['no-write']) writeFileSync(new URL('RESULTS.md', import.meta.url), page);
