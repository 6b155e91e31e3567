import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { startProviderServer } from '../support/provider-server.ts';
import { runNode } from '../support/spawn.ts';
import { LOADED, runApplication, WORK } from './application.ts';

const KEYS = { LANGFUSE_PUBLIC_KEY: 'pk-lf', LANGFUSE_SECRET_KEY: 'sk-lf' };
const BASIC = `Basic ${Buffer.from('pk-lf:sk-lf').toString('base64')}`;

describe.concurrent('LLM_OTEL_BACKEND', () => {
  it('langfuse: address, keys, spans alone, and the attributes that Langfuse reads', async () => {
    const [receiver, provider] = await Promise.all([startOtlpReceiver(), startProviderServer({})]);
    const { stderr, code } = await runNode({
      nodeArgs: LOADED.mjs,
      timeoutMs: 20_000,
      env: {
        ...KEYS,
        LLM_OTEL_BACKEND: 'langfuse',
        LANGFUSE_BASE_URL: receiver.url,
        LLM_OTEL_CAPTURE_CONTENT: 'true',
        LLM_OTEL_EXIT_TIMEOUT: '10000',
        PROVIDER_URL: provider.url,
      },
      source: `import OpenAI from 'openai';
        const client = new OpenAI({ apiKey: 'none', baseURL: process.env.PROVIDER_URL + '/v1' });
        await client.chat.completions.create({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] });`,
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(receiver.requests.map(({ signal }) => signal)).toEqual(['traces']);
    expect(receiver.requests[0]?.headers).toMatchObject({ authorization: BASIC, 'x-langfuse-ingestion-version': '4' });
    const attributes = receiver.spans()[0]?.attributes ?? {};
    expect(attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'langfuse.observation.type': 'generation',
      'langfuse.observation.input': '[{"role":"user","content":"hi"}]',
    });
    const usage = JSON.parse(String(attributes['langfuse.observation.usage_details']));
    expect(usage.total).toBe(
      Number(attributes['gen_ai.usage.input_tokens']) + Number(attributes['gen_ai.usage.output_tokens']),
    );
    await Promise.all([receiver.close(), provider.close()]);
  });

  it('is read again at the first call, with the keys of the product', async () => {
    const receiver = await startOtlpReceiver();
    const env = { LANGFUSE_BASE_URL: receiver.url };
    const late = Object.entries({ ...KEYS, LLM_OTEL_BACKEND: 'langfuse' })
      .map(([name, value]) => `process.env.${name} = '${value}';`)
      .join('\n');
    const { stderr } = await runApplication(`${late}\n${WORK}`, { env });
    expect(stderr).toBe('');
    expect(receiver.requests.map(({ signal, headers }) => [signal, headers.authorization])).toEqual([
      ['traces', BASIC],
    ]);
    await receiver.close();
  });

  it('a missing key is one warning without the other key', async () => {
    const receiver = await startOtlpReceiver();
    const env = { LLM_OTEL_BACKEND: 'langfuse', LANGFUSE_PUBLIC_KEY: 'pk-lf', LANGFUSE_HOST: receiver.url };
    const { stderr } = await runApplication(WORK, { env });
    expect(stderr).toBe(
      '@x/llm-otel: warning: LLM_OTEL_BACKEND=langfuse needs LANGFUSE_SECRET_KEY, which is not set, so requests may be refused. Set the variable before the application starts.\n',
    );
    expect(receiver.requests[0]?.headers).not.toHaveProperty('authorization');
    await receiver.close();
  });
});
