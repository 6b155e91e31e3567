import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OpenAIInstrumentation, traceGeneration } from '../../src/index.ts';
import { openOperationCount } from '../../src/telemetry/call/open-operations.ts';
import { world } from './world.ts';

const { spans } = world();
let instrumentation: OpenAIInstrumentation;

beforeEach(() => {
  instrumentation = new OpenAIInstrumentation();
  instrumentation.patch({ OpenAI });
});
afterEach(() => {
  instrumentation.disable();
  expect(openOperationCount()).toBe(0);
});

const one = (): ReadableSpan => {
  const [span, ...more] = spans();
  if (span === undefined || more.length > 0) throw new Error(`${spans().length} spans`);
  return span;
};

async function read(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const chunk of stream) seen.push(chunk);
  return seen;
}

describe('around a call of a known SDK', () => {
  const answer = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'gpt-4o-2024-08-06',
    choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
  };
  const stream = [
    { id: 'chatcmpl-1', model: 'gpt-4o', choices: [{ index: 0, delta: { content: 'hi' } }] },
    { id: 'chatcmpl-1', model: 'gpt-4o', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { id: 'chatcmpl-1', model: 'gpt-4o', choices: [], usage: answer.usage },
  ];
  const fetch = async (_url: unknown, init: unknown): Promise<Response> => {
    const streamed = String((init as { body: string }).body).includes('"stream":true');
    const body = streamed
      ? `${stream.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`
      : JSON.stringify(answer);
    return new Response(body, { headers: { 'content-type': streamed ? 'text/event-stream' : 'application/json' } });
  };
  const request = { model: 'gpt-4o', messages: [{ role: 'user' as const, content: 'hi' }], temperature: 0.5 };
  const EXPECTED = {
    'gen_ai.provider.name': 'gateway',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.request.temperature': 0.5,
    'gen_ai.response.id': 'chatcmpl-1',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.cost': 0.0035,
    'server.address': 'api.openai.com',
  };

  test.each([
    ['unary', async (client: OpenAI) => (await client.chat.completions.create(request)).id],
    [
      'a stream',
      async (client: OpenAI) => (await read(await client.chat.completions.create({ ...request, stream: true }))).length,
    ],
    [
      'a stream, passed on by a generator',
      (client: OpenAI) =>
        read(
          (async function* () {
            yield* await client.chat.completions.create({ ...request, stream: true });
          })(),
        ).then(({ length }) => length),
    ],
  ])('%s: one span that knows what both know', async (_about, run) => {
    const client = new OpenAI({ apiKey: 'k', fetch: fetch as never });
    expect([3, 'chatcmpl-1']).toContain(await traceGeneration({ provider: 'gateway' }, () => run(client)));
    expect(one().attributes).toMatchObject(EXPECTED);
    expect(one().name).toBe('chat gpt-4o');
  });

  test('a stream that it gives is observed twice and recorded once', async () => {
    const client = new OpenAI({ apiKey: 'k', fetch: fetch as never });
    const given = await traceGeneration({ provider: 'gateway' }, () =>
      client.chat.completions.create({ ...request, stream: true }),
    );
    expect(await read(given)).toHaveLength(stream.length);
    expect(one().attributes).toMatchObject({
      ...EXPECTED,
      'llm_otel.stream.chunks': 3,
      'llm_otel.stream.outcome': 'completed',
    });
  });
});
