import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';
import { runApplication } from './application.ts';

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-sampling-'));
let receiver: OtlpReceiver;
let provider: ProviderServer;

beforeAll(async () => {
  [receiver, provider] = await Promise.all([startOtlpReceiver(), startProviderServer()]);
});
beforeEach(() => receiver.reset());
afterAll(async () => {
  await Promise.all([receiver.close(), provider.close()]);
  rmSync(folder, { recursive: true });
});

/** Five requests of an application, a model call in each; the third fails. */
const CALLS = `
  const { default: OpenAI } = await import('openai');
  const { status } = await import('@x/llm-otel/pipeline');
  const client = new OpenAI({ apiKey: 'k', baseURL: process.env.PROVIDER + '/v1', maxRetries: 0 });
  for (let i = 0; i < 5; i++)
    await trace.getTracer('app').startActiveSpan('request ' + i, async (span) => {
      await client.chat.completions.create({ model: i === 4 ? 'gpt-5-mini' : 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });
      if (i === 2) span.setStatus({ code: 2 });
      span.end();
    });
  const { sampler, pipelines } = status();
  console.log(JSON.stringify({ sampler, traces: pipelines.find(({ signal }) => signal === 'traces') }));`;

async function run(env: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await runApplication(CALLS, {
    timeoutMs: 60_000,
    env: { PROVIDER: provider.url, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_LOGS_EXPORTER: 'none', ...env },
  });
  expect(code).toBe(0);
  const names = receiver
    .spans()
    .map(({ name }) => name)
    .sort();
  return { stderr, names, status: JSON.parse(stdout) as Status };
}

interface Status {
  readonly sampler: { readonly rules: object };
  readonly traces: { readonly ended: number; readonly dropped: object; readonly tail?: object };
}

/** Number of model calls in the metrics. */
const measured = (): number =>
  receiver
    .metrics()
    .filter(({ name }) => name === 'gen_ai.client.inference.duration')
    .flatMap(({ points }) => points)
    .reduce((sum, { count }) => sum + (count ?? 0), 0);

describe('by environment', () => {
  it('a rate limit records whole traces; metrics count every call', async () => {
    const { names, stderr, status } = await run({
      LLM_OTEL_SAMPLER: 'rate_limiting',
      LLM_OTEL_SAMPLER_ARG: 'traces_per_second=0.001,burst=2',
    });
    expect(stderr).toBe('');
    expect(names).toEqual(['chat gpt-4o', 'chat gpt-4o', 'request 0', 'request 1']);
    expect(status.sampler.rules).toMatchObject({ rate_limiting: { sampled: 2, dropped: 3 } });
    expect(measured()).toBe(5);
  });

  it('tail decisions keep whole traces, and what waits goes out at the end', async () => {
    const { names, stderr, status } = await run({ LLM_OTEL_TAIL: 'error,model=gpt-5*', LLM_OTEL_LOG_SAMPLING: '1' });
    expect(names).toEqual(['chat gpt-4o', 'chat gpt-5-mini', 'request 2', 'request 4']);
    expect(
      receiver.spans().flatMap(({ name, attributes }) => {
        const policy = attributes['llm_otel.sampling.policy'];
        return policy === undefined ? [] : [`${name}: ${policy}`];
      }),
    ).toEqual(['request 2: error', 'request 4: model=gpt-5*']);
    expect(status.traces).toMatchObject({ ended: 10, dropped: { tail: 6 }, tail: { traces: 0, spans: 0 } });
    expect(measured()).toBe(5);
    const lines = stderr.trim().split('\n');
    expect(lines.filter((line) => line.includes('sampling: discard default request'))).toHaveLength(3);
    expect(lines.filter((line) => line.includes('sampling: keep error request 2'))).toHaveLength(1);
  });

  it('a trace that is not over goes out when the process ends', async () => {
    const source = `
      const root = trace.getTracer('app').startSpan('root');
      const failed = trace.getTracer('app').startSpan('failed', {}, trace.setSpan(context.active(), root));
      failed.setStatus({ code: 2 });
      failed.end();`;
    for (const type of ['mjs', 'cjs'] as const)
      await runApplication(source, {
        type,
        env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_METRICS_EXPORTER: 'none', LLM_OTEL_TAIL: 'error' },
      });
    expect(receiver.spans().map(({ name }) => name)).toEqual(['failed', 'failed']);
  });

  it('values that cannot be used are told, and everything is recorded', async () => {
    const { names, stderr } = await run({ LLM_OTEL_SAMPLER: 'rate_limiting', LLM_OTEL_TAIL: 'errors' });
    expect(names).toHaveLength(10);
    expect(stderr).toContain('warning: LLM_OTEL_SAMPLER_ARG: "" cannot be used, it is not set');
    expect(stderr).toContain('warning: LLM_OTEL_TAIL: "errors" cannot be used, expected error, duration>10000');
  });
});

it('by file, which replaces the variables', async () => {
  writeFileSync(
    join(folder, 'sampler.mjs'),
    `export default ({ name }) => ({
       shouldSample: (context, traceId, spanName) => ({ decision: spanName === name ? 0 : 2 }),
       toString: () => 'mine',
     });`,
  );
  const path = join(folder, 'otel.yaml');
  writeFileSync(
    path,
    `file_format: "1.1"
tracer_provider:
  processors:
    - llm_otel_pipeline:
        tail:
          policies:
            - { name: errors, keep: { status: error } }
            - { name: cheap, drop: { name: chat*, attributes: { gen_ai.request.model: gpt-4* } } }
          default: keep
        exporter: { otlp_http: { endpoint: "${receiver.url}/v1/traces" } }
  sampler:
    parent_based:
      root:
        llm_otel_all:
          samplers:
            - llm_otel_module: { module: ./sampler.mjs, options: { name: request 0 } }
            - llm_otel_rules:
                rules:
                  - name: second
                    match: { name: { regex: "^request [1]$" }, scope: app }
                    sampler: { always_off: }
`,
  );
  const { names, stderr, status } = await run({
    OTEL_CONFIG_FILE: path,
    LLM_OTEL_SAMPLER: 'adaptive',
    LLM_OTEL_TAIL: 'ratio=0',
  });
  expect(stderr.trim().split('\n')).toEqual(
    ['LLM_OTEL_SAMPLER', 'LLM_OTEL_TAIL'].map(
      (name) =>
        `@x/llm-otel: warning: ${name}: the configuration file ${path} goes before it; remove the variable or the file.`,
    ),
  );
  expect(names).toEqual(['chat gpt-4o', 'chat gpt-5-mini', 'request 2', 'request 4']);
  expect(status.sampler.rules).toMatchObject({
    module: { sampled: 0, dropped: 1 },
    second: { sampled: 0, dropped: 1 },
    all: { sampled: 3, dropped: 0 },
  });
  expect(status.traces).toMatchObject({ ended: 6, dropped: { tail: 2 } });
});
