import { describe, expect, it } from 'vitest';
import { type RunResult, runNode } from '../support/spawn.ts';

/** `process.cwd()` throws after this. */
const REMOVED = `const removed = require('node:fs').mkdtempSync(require('node:os').tmpdir() + '/llm-otel-gone-');
  process.chdir(removed); require('node:fs').rmdirSync(removed);`;

const MEMORY = '{ exporter: { llm_otel_memory: {} } }';

/** Starts telemetry in a removed directory, and then runs `body`. */
function run(body: string, env = {}, loading = ''): Promise<RunResult> {
  const source = `const pipeline = require('@x/llm-otel/pipeline'); ${loading} ${REMOVED} ${body}
    setTimeout(() => console.log('alive'), 20);`;
  return runNode({ source, type: 'cjs', env, timeoutMs: 20_000 });
}

const start = (options: string): string => `
  const telemetry = pipeline.startTelemetry({ consoleTraces: false, prometheusPort: false, ${options} });
  telemetry.provider().getTracer('app').startSpan('work').end();
  console.log(pipeline.finishedSpans().map(({ name }) => name).join());`;

describe.concurrent('in a removed working directory', () => {
  it.each(['env', 'host', 'process', 'container', 'k8s', 'aws', 'gcp', 'azure', 'alibaba', 'all'])(
    'telemetry starts with the detector %s',
    async (detector) => {
      const { code, stdout, stderr } = await run(start(`pipelines: [${MEMORY}]`), {
        OTEL_NODE_RESOURCE_DETECTORS: detector,
      });
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'work\nalive\n', stderr: expect.any(String) });
    },
  );

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['metrics of the host', start(`otlp: true, pipelines: [${MEMORY}]`), { LLM_OTEL_RUNTIME_METRICS: 'host' }],
    [
      'a sampler of a module',
      start(`sampler: { llm_otel_module: { module: './none.cjs' } }, pipelines: [${MEMORY}]`),
      {},
    ],
    [
      'an exporter of a module',
      start(`pipelines: [${MEMORY}, { name: 'b', exporter: { llm_otel_module: { module: './none.cjs' } } }]`),
      {},
    ],
    [
      'a step of a module',
      start(
        `pipelines: [${MEMORY}, { name: 'b', exporter: { llm_otel_memory: {} }, steps: [{ module: { module: './none.cjs' } }] }]`,
      ),
      {},
    ],
    [
      'a file with a relative path',
      start(`pipelines: [${MEMORY}, { name: 'b', exporter: { llm_otel_file: { path: 'spans.jsonl' } } }]`),
      {},
    ],
    [
      'a processor for an SDK of the application',
      `new pipeline.PipelineSpanProcessor({ exporter: { export(spans, done) { done({ code: 0 }); }, shutdown: async () => {} } }); console.log('work');`,
      {},
    ],
  ])('%s does not end the process', async (_what, body, env) => {
    const { code, stdout } = await run(body, env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'work\nalive\n' });
  });

  it.each([
    ['module:./none.cjs', {}],
    ['otlp/file', { LLM_OTEL_FILE: 'spans.jsonl' }],
  ])('register with the exporter %s does not end the process', async (exporter, env) => {
    const body = `require('@x/llm-otel/register'); require('@opentelemetry/api').trace.getTracer('app').startSpan('work').end();`;
    const none = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
    const { code, stdout } = await run(body, { ...none, ...env, OTEL_TRACES_EXPORTER: exporter });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'alive\n' });
  });

  it('a configuration file of a relative path has its problems reported', async () => {
    const body = `console.log(check.validateConfig('file_format: "1.1"', { file: 'otel.yaml' }).length);`;
    const { code, stdout } = await run(body, {}, `const check = require('@x/llm-otel/register');`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '0\nalive\n' });
  });
});
