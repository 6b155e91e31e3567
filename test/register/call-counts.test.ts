/** The last line at `LLM_OTEL_LOG=info`: how many model calls were recorded, and what became of the spans. */
import { describe, expect, it } from 'vitest';
import { runApplication } from '../support/application.ts';
import { LOADED } from './application.ts';

const CALLS = `import OpenAI from 'openai';
  const client = new OpenAI({ apiKey: 'k', baseURL: process.env.PROVIDER_URL + '/v1', maxRetries: 0 });
  const call = (model) => client.chat.completions.create({ model, messages: [] }).catch(() => {});
  await call('gpt-4o-mini');
  await call('gpt-4o-mini');
  await call('{status=429}gpt-4o-mini');`;

const REGISTER = `import { trace } from '@opentelemetry/api'; import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'; trace.setGlobalTracerProvider(new BasicTracerProvider());`;

const PIPELINES = 'pipeline otlp: 3 spans sent, 0 lost; pipeline otlp: 1 log record sent, 0 lost';
const OTHER = 'the SDK of the application has the spans';

describe.concurrent('the counts at the end', () => {
  it.each([
    ['of a process', CALLS, {}, `3 model calls, 1 with an error; ${PIPELINES}`],
    [
      'of a process that samples nothing',
      CALLS,
      { OTEL_TRACES_SAMPLER: 'always_off', OTEL_LOGS_EXPORTER: 'none' },
      '3 model calls, 1 with an error',
    ],
    ['of a process with an SDK of its own', `${REGISTER} ${CALLS}`, {}, '3 model calls, 1 with an error'],
    ['without our SDK', `${REGISTER} ${CALLS}`, { LLM_OTEL_SDK: 'off' }, `3 model calls, 1 with an error; ${OTHER}`],
    ['without an SDK', CALLS, { LLM_OTEL_SDK: 'off' }, undefined],
  ])('%s', async (_, source, env, expected) => {
    const { result } = await runApplication({
      source,
      nodeArgs: LOADED.mjs,
      env: { ...env, LLM_OTEL_LOG: 'info' },
    });
    expect(result.code).toBe(0);
    const lines = result.stderr.split('\n').filter((line) => line.includes('model calls'));
    expect(lines).toEqual(expected === undefined ? [] : [expect.stringMatching(/^@x\/llm-otel: [\d.]+: /)]);
    if (expected !== undefined) expect(lines[0]?.replace(/^@x\/llm-otel: [\d.]+: /, '')).toBe(expected);
  });

  it('are no line without LLM_OTEL_LOG=info', async () => {
    const { result } = await runApplication({ source: CALLS, nodeArgs: LOADED.mjs });
    expect(result.stderr).toBe('');
  });
});
