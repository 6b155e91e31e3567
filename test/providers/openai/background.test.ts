/** Responses made in the background: queued without counts; the first call that sees the counts records them, once. */
import OpenAI from 'openai';
import { expect, onTestFinished, test } from 'vitest';
import { resolveConfig } from '../../../src/config/options.ts';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { openai } from '../../../src/providers/openai/index.ts';
import { isFirstCount } from '../../../src/providers/reading/counted-once.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { metering, tracing } from '../../telemetry/in-memory.ts';

const usage = { input_tokens: 1000, output_tokens: 20, total_tokens: 1020 };
const responseOf = (id: string, more: object) => ({ id, object: 'response', model: 'gpt-4o', output: [], ...more });

function setUp(answers: readonly object[]) {
  const left = [...answers];
  const { provider, spans } = tracing();
  const metrics = metering();
  const patcher = new Patcher(new CallRecorder('@x/llm-otel/openai', '0', resolveConfig({}, {})));
  patcher.telemetry.setTracerProvider(provider);
  patcher.telemetry.setMeterProvider(metrics.provider);
  const fetch = async (): Promise<Response> => {
    const answer = left.shift();
    if (!Array.isArray(answer)) return Response.json(answer);
    const events = answer.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    return new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } });
  };
  const client = new OpenAI({ apiKey: 'key', fetch, maxRetries: 0 });
  openai.patch({ OpenAI }, patcher);
  onTestFinished(() => patcher.unwrapAll());
  const inputs = () => spans().map(({ attributes }) => attributes['gen_ai.usage.input_tokens']);
  return { client, spans, metrics, inputs };
}

test('unary: once, on the span and in the metrics', async () => {
  const done = responseOf('resp_unary', { background: true, status: 'completed', usage });
  const { client, spans, metrics, inputs } = setUp([
    responseOf('resp_unary', { background: true, status: 'queued', usage: null }),
    responseOf('resp_unary', { background: true, status: 'in_progress', usage: null }),
    done,
    done,
  ]);
  await client.responses.create({ model: 'gpt-4o', input: 'Hello', background: true });
  for (let i = 0; i < 3; i++) await client.responses.retrieve('resp_unary');
  expect(inputs()).toEqual([undefined, undefined, 1000, undefined]);
  expect(spans()[2]?.attributes['gen_ai.usage.cost']).toBeGreaterThan(0);
  expect(spans()[3]?.attributes['gen_ai.usage.cost']).toBeUndefined();
  const points = (await metrics.collect()).get('gen_ai.client.inference.usage.input_tokens')?.points ?? [];
  expect(points.reduce((sum, point) => sum + point.sum, 0)).toBe(1000);
});

test('a resumed stream, then unary', async () => {
  const done = responseOf('resp_stream', { background: true, status: 'completed', usage });
  const { client, inputs } = setUp([[{ type: 'response.completed', sequence_number: 9, response: done }], done]);
  for await (const _ of await client.responses.retrieve('resp_stream', { stream: true }));
  await client.responses.retrieve('resp_stream');
  expect(inputs()).toEqual([1000, undefined]);
});

test('a response that was not made in the background has been counted', async () => {
  const { client, inputs } = setUp([responseOf('resp_plain', { background: false, status: 'completed', usage })]);
  await client.responses.retrieve('resp_plain');
  expect(inputs()).toEqual([undefined]);
});

test('the last 10,000 ids are remembered', () => {
  for (let i = 0; i <= 10_000; i++) expect(isFirstCount(`many_${i}`)).toBe(true);
  expect(isFirstCount('many_10000')).toBe(false);
  expect(isFirstCount('many_0')).toBe(true);
});
