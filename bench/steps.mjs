/**
 * `node bench/steps.mjs`: what steps cost, beside what serializing the same span costs, in the same run: microseconds of a span,
 * and the ratio. Each row is the median over the rounds; the variants of a round run in turn. Needs `npm run build`. Options:
 * `--rounds 15`, `--spans 2000`.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { answerAttributes, START_ATTRIBUTES } from './recorded-call.mjs';

const require = createRequire(import.meta.url);
const DIST = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, spans: { type: 'string', default: '2000' } },
});
const rounds = Number(options.rounds);
const count = Number(options.spans);

const { createSteps } = require(join(DIST, 'pipeline-steps.cjs'));
const { createSpanEncoder } = require(join(DIST, 'pipeline-otlp-proto.cjs'));

const PROSE = 'The order of Ms Miller (42 items: 3 boxes) leaves on Monday - call the office before noon, or write. ';

/** Attributes of a recorded call; ids differ from span to span. */
function attributesOf(i) {
  return {
    ...START_ATTRIBUTES,
    ...answerAttributes(i),
    'gen_ai.response.id': `chatcmpl-${(i * 7919).toString(36)}Xb${i}`,
    'user.id': `user-${i % 500}`,
    region: 'eu-1',
  };
}

/** Messages of about `characters` characters. */
function contentOf(characters) {
  const text = PROSE.repeat(Math.ceil(characters / PROSE.length)).slice(0, characters);
  return { 'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: text }] }]) };
}

function makeSpans(characters) {
  const kept = [];
  const keep = { onStart() {}, onEnd: (span) => kept.push(span), forceFlush: async () => {}, shutdown: async () => {} };
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'bench' }),
    spanProcessors: [keep],
  });
  const tracer = provider.getTracer('@x/llm-otel/openai');
  for (let i = 0; i < count; i++) {
    const attributes = characters === 0 ? attributesOf(i) : { ...attributesOf(i), ...contentOf(characters) };
    const span = tracer.startSpan('chat gpt-4o', { kind: 2, attributes });
    span.addEvent('gen_ai.first_token');
    span.end();
  }
  return kept;
}

const FIVE = [
  { filter: { drop: { name: 'GET /health*', status: 'ok' } } },
  {
    attributes: {
      drop: ['server.*', 'llm_otel.*'],
      hash: 'user.id',
      truncate: { keys: 'gen_ai.*.messages', max: 100_000 },
    },
  },
  { enrich: { attributes: { 'deployment.environment.name': 'prod' }, resource: 'service.*' } },
  { transform: { when: { llm: true }, rename: { team: 'llm.team' }, copy: { region: 'cloud.region' } } },
  { events: { drop: 'debug*' } },
];

/** Steps of each variant; undefined: serialization. */
const VARIANTS = {
  serialize: undefined,
  'one filter': FIVE.slice(0, 1),
  'five steps': FIVE,
  'redact: all': [{ redact: {} }],
  'redact: one pattern': [{ redact: { detectors: [], patterns: [{ name: 'customer', regex: 'cust-\\d{6}' }] } }],
};

function runnerOf(steps) {
  if (steps === undefined) {
    const encoder = createSpanEncoder();
    return (spans) => encoder.encode(spans);
  }
  const place = { at: () => place, refuse: (problem) => { throw new Error(problem); } }; // biome-ignore format: a row
  const env = { LLM_OTEL_HASH_KEY: 'bench' };
  const { process } = createSteps(steps, place, { env, folder: '.', pipeline: 'bench', signal: 'traces' });
  return (spans) => process(spans, () => {});
}

/** Microseconds of a span, in slices as a pipeline has slices; and the longest slice. */
function measure(run, spans, size) {
  let longest = 0;
  // Time of the processor, because a busy machine takes the processor away in between.
  const start = process.cpuUsage();
  for (let at = 0; at < spans.length; at += size) {
    const before = performance.now();
    run(spans.slice(at, at + size));
    longest = Math.max(longest, performance.now() - before);
  }
  const { user, system } = process.cpuUsage(start);
  return { micros: (user + system) / spans.length, longest };
}

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

for (const characters of [0, 4000, 60_000]) {
  const spans = makeSpans(characters).slice(0, characters > 10_000 ? 100 : count);
  // A slice of a pipeline has at most 64 items and 262,144 estimated bytes.
  const size = Math.max(1, Math.min(64, Math.ceil(262_144 / (2500 + 2 * characters))));
  const runs = Object.entries(VARIANTS).map(([name, steps]) => ({
    name,
    run: runnerOf(steps),
    micros: [],
    longest: [],
  }));
  for (let round = -3; round < rounds; round++)
    for (const one of runs) {
      const { micros, longest } = measure(one.run, spans, size);
      if (round < 0) continue;
      one.micros.push(micros);
      one.longest.push(longest);
    }
  const base = median(runs[0].micros);
  console.log(
    `\n${characters} characters of content, slices of ${size}: us a span, ratio to serialize, longest slice (ms)`,
  );
  for (const { name, micros, longest } of runs)
    console.log(
      `${name.padEnd(20)} ${median(micros).toFixed(1).padStart(8)} ${(median(micros) / base).toFixed(2).padStart(6)} ${median(longest).toFixed(1).padStart(6)}`,
    );
}
