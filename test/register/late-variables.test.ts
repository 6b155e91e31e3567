/** Variables that the application sets itself, as dotenv does, after register was loaded. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { ROOT, type RunResult, runNode } from '../support/spawn.ts';
import { LOADED, TYPES } from './application.ts';

const CALL = `
const fetch = async () => Response.json({ id: '1', model: 'gpt-4o', choices: [{ message: { role: 'assistant', content: 'late answer' }, finish_reason: 'stop' }] });
const call = () => new OpenAI({ apiKey: 'k', fetch }).chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });`;
const NO_METRICS = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
beforeEach(() => receiver.reset());
afterAll(() => receiver.close());

/** Runs a call after `variables` were set, and after the import of the SDK. */
function run(
  type: 'mjs' | 'cjs',
  variables: Record<string, string>,
  env: Record<string, string>,
  after = '',
): Promise<RunResult> {
  const load = type === 'mjs' ? "import OpenAI from 'openai';" : "const { OpenAI } = require('openai');";
  const source = `${load}
    Object.assign(process.env, ${JSON.stringify(variables)});
    ${CALL}
    call().then(() => { ${after} });`;
  return runNode({ source, type, nodeArgs: LOADED[type], env: { ...NO_METRICS, ...env } });
}

describe('variables that are set late', () => {
  it.each(TYPES)('are used at the first call where possible (%s)', async (type) => {
    const variables = {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_SERVICE_NAME: 'late-service',
      LLM_OTEL_CAPTURE_CONTENT: 'true',
      LLM_OTEL_ATTRIBUTES: 'team=late',
    };
    const { stderr, code } = await run(type, variables, {});
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const [span] = receiver.spans();
    expect(span?.attributes).toMatchObject({ team: 'late' });
    expect(JSON.stringify(span?.attributes)).toContain('late answer');
    expect(span?.resource['service.name']).toBe('late-service');
  });

  const OWN_SDK = `
    const { metrics, trace } = require('@opentelemetry/api');
    const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
    const { MeterProvider } = require('@opentelemetry/sdk-metrics');
    const memory = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] }));
    metrics.setGlobalMeterProvider(new MeterProvider());
    process.on('exit', () => console.log(memory.getFinishedSpans().length));`;
  const SET = (url: string): string =>
    `process.env.OTEL_EXPORTER_OTLP_ENDPOINT = '${url}'; process.env.OTEL_SERVICE_NAME = 'late-service';`;

  it.each<[order: string, prepare: (url: string) => string, preload?: string]>([
    ['before the application registers an SDK', (url) => SET(url) + OWN_SDK],
    ['after the application has registered an SDK', (url) => OWN_SDK + SET(url)],
    ['in a process whose SDK was there before register', SET, OWN_SDK],
    ['in a process without another SDK', SET],
  ])('are used by our SDK with LLM_OTEL_SDK=eager, %s', async (_, prepare, preload = '') => {
    const folder = await mkdtemp(join(ROOT, '.run-'));
    const [first, file] = [join(folder, 'first.cjs'), join(folder, 'main.cjs')];
    await writeFile(first, preload);
    await writeFile(file, `const { OpenAI } = require('openai'); ${prepare(receiver.url)} ${CALL} call();`);
    const nodeArgs = ['--require', first, ...LOADED.cjs];
    const { code, stderr, stdout } = await runNode({ file, nodeArgs, env: { LLM_OTEL_SDK: 'eager' } });
    await rm(folder, { recursive: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(['', '0\n']).toContain(stdout); // the SDK of the application gets no span
    const names = receiver.spans().map(({ name, resource }) => [name, resource['service.name']]);
    expect(names).toEqual([['chat gpt-4o', 'late-service']]);
    expect(receiver.metrics().map(({ name }) => name)).toEqual(['gen_ai.client.inference.duration']);
  });

  it('keep the value that they had at load', async () => {
    const variables = { OTEL_SERVICE_NAME: 'late', LLM_OTEL_ATTRIBUTES: 'team=late' };
    await run('mjs', variables, {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_SERVICE_NAME: 'early',
      LLM_OTEL_ATTRIBUTES: 'team=early',
    });
    const [span] = receiver.spans();
    expect([span?.resource['service.name'], span?.attributes.team]).toEqual(['early', 'early']);
  });

  it.each([
    [{ OTEL_SDK_DISABLED: 'true' }, 'false'],
    [{ LLM_OTEL_ENABLED: 'false' }, 'true'],
    [{ OTEL_TRACES_EXPORTER: 'console' }, 'otlp'],
    [{ OTEL_TRACES_SAMPLER: 'always_off' }, 'parentbased_always_on'],
    [{ OTEL_PROPAGATORS: 'b3' }, 'tracecontext,baggage'],
  ])('%o has no effect, with a warning', async (variables, used) => {
    const { stderr } = await run('mjs', variables, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
    const [name] = Object.keys(variables);
    expect(stderr).toBe(
      `@x/llm-otel: warning: ${name} was set after @x/llm-otel/register was loaded and has no effect, ${used} is used. Set ${name} before: node --env-file=.env --import @x/llm-otel/register app.js.\n`,
    );
    expect(receiver.spans()).toHaveLength(1);
  });

  it('have no effect after the first call', async () => {
    const after =
      "process.env.LLM_OTEL_ATTRIBUTES = 'team=late'; process.env.OTEL_SERVICE_NAME = 'late'; return call();";
    const { stderr } = await run(
      'mjs',
      {},
      { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: '' },
      after,
    );
    expect(stderr).toBe('');
    const spans = receiver.spans();
    expect(spans).toHaveLength(2);
    expect(spans.map(({ attributes }) => attributes.team)).toEqual([undefined, undefined]);
  });

  it('are checked for unknown names', async () => {
    const { stderr } = await run(
      'mjs',
      { LLM_OTEL_ATTRIBUTE: 'team=late' },
      { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
    );
    expect(stderr).toContain('did you mean LLM_OTEL_ATTRIBUTES?');
  });
});
