import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNode } from '../support/spawn.ts';

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-async-'));
const MODULES = {
  'factory.cjs': `module.exports = async () => { throw new Error('boom'); };`,
  'step.cjs': `module.exports = () => async () => { throw new Error('boom'); };`,
  'sampler.cjs': `module.exports = () => ({ shouldSample: async () => { throw new Error('boom'); }, toString: () => 'mine' });`,
  'late.mjs': `await null; export default async () => { throw new Error('boom'); };`,
} as const;
beforeAll(() => {
  for (const [name, source] of Object.entries(MODULES)) writeFileSync(join(folder, name), source);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const module = (name: keyof typeof MODULES): object => ({ module: join(folder, name) });
const MEMORY = { llm_otel_memory: {} };
const withSteps = (...steps: object[]): object => ({ pipelines: [{ name: 'a', exporter: MEMORY, steps }] });
const withSampler = (sampler: object): object => ({ sampler, pipelines: [{ name: 'a', exporter: MEMORY }] });
const withExporter = (exporter: object): object => ({ pipelines: [{ name: 'a', exporter }] });

/** Where a function of a user stands that is `async` by mistake, and the words of the warning. */
const PLACES: readonly (readonly [where: string, options: object, warning: string])[] = [
  [
    'the step enrich',
    withSteps({ enrich: module('factory.cjs') }),
    'the step enrich failed (TypeError: the module returned a promise; expected a map of attributes at once)',
  ],
  [
    'the function of the step enrich',
    withSteps({ enrich: module('step.cjs') }),
    'the step enrich failed (TypeError: the module returned a promise; expected a map of attributes at once)',
  ],
  [
    'the step module',
    withSteps({ module: module('step.cjs') }),
    'the step module failed (TypeError: the function returned a promise; expected the span or null at once)',
  ],
  [
    'the factory of the step module',
    withSteps({ module: module('factory.cjs') }),
    'the step module failed (TypeError: the default export returned a promise; expected a function at once)',
  ],
  [
    'a sampler',
    withSampler({ llm_otel_module: module('sampler.cjs') }),
    'the sampler mine returned a promise; expected { decision: 0, 1 or 2 } at once',
  ],
  [
    'a sampler within rules',
    withSampler({ llm_otel_rules: { rules: [], fallback: { llm_otel_module: module('sampler.cjs') } } }),
    'the sampler mine returned a promise; expected { decision: 0, 1 or 2 } at once',
  ],
  [
    'the factory of a sampler',
    withSampler({ llm_otel_module: module('factory.cjs') }),
    'cannot be used (TypeError: the default export returned a promise; expected an object with shouldSample() at once)',
  ],
  [
    'the factory of a sampler that comes late',
    withSampler({ llm_otel_module: module('late.mjs') }),
    'cannot be used (TypeError: the default export returned a promise; expected an object with shouldSample() at once)',
  ],
  [
    'the factory of an exporter',
    withExporter({ llm_otel_module: module('factory.cjs') }),
    'the factory returned a promise; expected an object with export() at once',
  ],
  [
    'the factory of an exporter that comes late',
    withExporter({ llm_otel_module: module('late.mjs') }),
    'the factory returned a promise; expected an object with export() at once',
  ],
  [
    'the factory of registerExporter()',
    withExporter({ mine: {} }),
    'the factory returned a promise; expected an object with export() at once',
  ],
];

describe.concurrent('an async function in the place of a plain one', () => {
  it.each(PLACES)('%s does not end the process', async (_where, options, warning) => {
    const source = `
      const { registerExporter, startTelemetry } = require('@x/llm-otel/pipeline');
      registerExporter('mine', async () => { throw new Error('boom'); });
      const options = { consoleTraces: false, prometheusPort: false, ...${JSON.stringify(options)} };
      const telemetry = startTelemetry(options);
      const tracer = telemetry.provider().getTracer('app');
      tracer.startSpan('one').end();
      tracer.startSpan('two').end();
      telemetry.forceFlush().then(() => setTimeout(() => { console.log('alive'); process.exit(0); }, 50));`;
    const { code, stdout, stderr } = await runNode({ source, type: 'cjs', timeoutMs: 20_000 });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'alive\n' });
    expect(stderr.split(warning)).toHaveLength(2);
  });
});
