/**
 * Time of a decision of each sampler, beside the TraceIdRatioBasedSampler of OpenTelemetry, in one run: medians of rounds in turn, so
 * that a noisy machine slows all alike. Usage: npm run build && node bench/samplers.mjs
 */
import { createRequire } from 'node:module';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { AlwaysOnSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';

const require = createRequire(import.meta.url);
const { AdaptiveSampler, AllSampler, AnySampler, RateLimitingSampler, RulesSampler } = require('../dist/pipeline.cjs');

const ROUNDS = 41;
const CALLS = 50_000;

const ids = Array.from({ length: 1024 }, () =>
  [1, 2, 3, 4].map(() => ((Math.random() * 2 ** 32) >>> 0).toString(16).padStart(8, '0')).join(''),
);
const attributes = ids.map((_, i) => ({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': `model-${i % 20}` }));
const rules = ['GET *', 'POST *', 'chat *'].map((name) => ({ name, match: { name }, sampler: new AlwaysOnSampler() }));

const SAMPLERS = {
  'TraceIdRatioBased (OpenTelemetry)': new TraceIdRatioBasedSampler(0.1),
  RateLimiting: new RateLimitingSampler({ tracesPerSecond: 50 }),
  'RateLimiting, key': new RateLimitingSampler({ tracesPerSecond: 50, key: 'gen_ai.request.model' }),
  Adaptive: new AdaptiveSampler({ tracesPerSecond: 50 }),
  'Rules, the third of three': new RulesSampler({ rules }),
  'Any of two': new AnySampler({
    samplers: [new TraceIdRatioBasedSampler(0.1), new RateLimitingSampler({ tracesPerSecond: 50 })],
  }),
  'All of two': new AllSampler({
    samplers: [new TraceIdRatioBasedSampler(0.1), new RateLimitingSampler({ tracesPerSecond: 50 })],
  }),
};

/** Nanoseconds of a decision. */
function time(sampler) {
  let sampled = 0;
  const began = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) {
    const at = i & 1023;
    if (sampler.shouldSample(ROOT_CONTEXT, ids[at], 'chat gpt', 2, attributes[at], []).decision === 2) sampled++;
  }
  const nanoseconds = Number(process.hrtime.bigint() - began) / CALLS;
  if (sampled > CALLS) throw new Error('impossible');
  return nanoseconds;
}

const times = Object.fromEntries(Object.keys(SAMPLERS).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round++)
  for (const [name, sampler] of Object.entries(SAMPLERS)) times[name].push(time(sampler));

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
const base = median(times['TraceIdRatioBased (OpenTelemetry)']);
for (const [name, measured] of Object.entries(times)) {
  const ns = median(measured);
  console.log(`${name.padEnd(36)} ${ns.toFixed(0).padStart(5)} ns  ${(ns / base).toFixed(2).padStart(5)}x`);
}
