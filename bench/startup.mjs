/** What loading `register` adds to the start of a process: median wall milliseconds over bare node, variants in turn. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const REGISTER = fileURLToPath(new URL('../dist/register.mjs', import.meta.url));
const NOWHERE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', LLM_OTEL_LOG: 'none' };

/** What is started: arguments and environment. */
const VARIANTS = {
  bare: [[], {}],
  'disabled, by the environment': [['--import', REGISTER], { LLM_OTEL_ENABLED: 'false' }],
  'hooks alone (LLM_OTEL_SDK=off)': [['--import', REGISTER], { LLM_OTEL_SDK: 'off' }],
  'traces and metrics over OTLP': [['--import', REGISTER], { ...NOWHERE, OTEL_LOGS_EXPORTER: 'none' }],
};

/** @returns [[variant, milliseconds over bare node]] */
export function measureStartup(node, rounds) {
  const samples = Object.fromEntries(Object.keys(VARIANTS).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const [name, [args, env]] of Object.entries(VARIANTS)) {
      const began = performance.now();
      execFileSync(node, [...args, '--eval', '0'], { env: { PATH: process.env.PATH, ...env } });
      samples[name].push(performance.now() - began);
    }
  const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];
  const bare = median(samples.bare);
  return Object.entries(samples)
    .filter(([name]) => name !== 'bare')
    .map(([name, list]) => [name, median(list) - bare]);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, ms] of measureStartup(process.execPath, Number(process.argv[2] ?? 15)))
    console.log(`${name}: ${ms.toFixed(1)} ms over bare`);
