/** Interactions made in the background: queued without counts; the first fetch that sees the counts records them, once. */
import { GoogleGenAI } from '@google/genai';
import { expect, onTestFinished, test, vi } from 'vitest';
import { resolveConfig } from '../../../src/config/options.ts';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { googleGenAI } from '../../../src/providers/google-genai/index.ts';
import { awaitCounts, takeCounts } from '../../../src/providers/google-genai/interactions/background.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { metering, tracing } from '../../telemetry/in-memory.ts';

const MODEL = 'gemini-2.5-flash';
const BODY = { model: MODEL, input: 'Hello', background: true } as const;
const usage = { total_input_tokens: 1000, total_output_tokens: 20, total_tokens: 1020 };
const answer = (id: string, status: string, more: object = {}) => ({
  id,
  object: 'interaction',
  model: MODEL,
  status,
  ...more,
});
const done = (id: string) => answer(id, 'completed', { usage, steps: [] });
const started = (id: string) => ({ event_type: 'interaction.created', interaction: answer(id, 'in_progress') });
const finished = (id: string) => ({ event_type: 'interaction.completed', interaction: done(id) });

function setUp(answers: readonly object[]) {
  const left = [...answers];
  const { provider, spans } = tracing();
  const metrics = metering();
  const patcher = new Patcher(new CallRecorder('@x/llm-otel/google-genai', '0', resolveConfig({}, {})));
  patcher.telemetry.setTracerProvider(provider);
  patcher.telemetry.setMeterProvider(metrics.provider);
  vi.stubGlobal('fetch', async (): Promise<Response> => {
    const next = left.shift();
    if (!Array.isArray(next)) return Response.json(next);
    const events = next.map((event) => `data: ${JSON.stringify(event)}\n\n`);
    return new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } });
  });
  const client = new GoogleGenAI({ apiKey: 'key' });
  googleGenAI.patch({ GoogleGenAI, Models: client.models.constructor }, patcher);
  onTestFinished(() => {
    patcher.unwrapAll();
    vi.unstubAllGlobals();
  });
  const inputs = () => spans().map(({ attributes }) => attributes['gen_ai.usage.input_tokens']);
  return { interactions: client.interactions, spans, metrics, inputs };
}

test('unary: once, on the span and in the metrics', async () => {
  const { interactions, spans, metrics, inputs } = setUp([
    answer('int_unary', 'in_progress'),
    answer('int_unary', 'in_progress'),
    done('int_unary'),
    done('int_unary'),
  ]);
  await interactions.create(BODY);
  for (let i = 0; i < 3; i++) await interactions.get('int_unary');
  expect(inputs()).toEqual([undefined, undefined, 1000, undefined]);
  expect(spans()[2]?.name).toBe('fetch_response');
  expect(spans()[2]?.attributes).toMatchObject({
    'gen_ai.operation.name': 'fetch_response',
    'gen_ai.provider.name': 'gcp.gemini',
    'gen_ai.response.id': 'int_unary',
    'gen_ai.response.model': MODEL,
    'gen_ai.response.status': 'completed',
    'gen_ai.usage.output_tokens': 20,
  });
  expect(spans()[2]?.attributes['gen_ai.usage.cost']).toBeGreaterThan(0);
  expect(spans()[3]?.attributes['gen_ai.usage.cost']).toBeUndefined();
  const points = (await metrics.collect()).get('gen_ai.client.inference.usage.input_tokens')?.points ?? [];
  expect(points.reduce((sum, point) => sum + point.sum, 0)).toBe(1000);
});

test('a stream that is cut and resumed, then unary', async () => {
  const { interactions, spans, inputs } = setUp([
    [started('int_stream')],
    [finished('int_stream')],
    done('int_stream'),
  ]);
  for await (const _ of await interactions.create({ ...BODY, stream: true }));
  const resumed = await interactions.get('int_stream', { stream: true, last_event_id: 'event-1' });
  for await (const _ of resumed);
  await interactions.get('int_stream');
  expect(inputs()).toEqual([undefined, 1000, undefined]);
  expect(spans()[1]?.attributes).toMatchObject({
    'gen_ai.request.stream': true,
    'gen_ai.request.stream_cursor': 'event-1',
    'gen_ai.response.status': 'completed',
  });
});

test('counts of the creating call, and of interactions created elsewhere, are not recorded again', async () => {
  const { interactions, inputs } = setUp([
    done('int_plain'),
    done('int_plain'),
    [started('int_read'), finished('int_read')],
    done('int_read'),
    done('int_foreign'),
  ]);
  await interactions.create({ model: MODEL, input: 'Hello' });
  await interactions.get('int_plain');
  for await (const _ of await interactions.create({ ...BODY, stream: true }));
  await interactions.get('int_read');
  await interactions.get('int_foreign');
  expect(inputs()).toEqual([1000, undefined, 1000, undefined, undefined]);
});

test('an interaction that failed is no failure of the fetch', async () => {
  const { interactions, spans, inputs } = setUp([
    answer('int_failed', 'in_progress'),
    answer('int_failed', 'failed', { usage, error: { code: 500, message: 'it broke' } }),
  ]);
  await interactions.create(BODY);
  await interactions.get('int_failed');
  expect(inputs()).toEqual([undefined, 1000]);
  expect(spans()[1]?.status.code).toBe(0);
  expect(spans()[1]?.attributes['gen_ai.response.status']).toBe('failed');
});

test('the last 10,000 ids are remembered', () => {
  for (let i = 0; i <= 10_000; i++) awaitCounts({ id: `many_${i}` });
  const counts = { input: 1 };
  expect(takeCounts({ id: 'many_0', usage: counts })).toBeUndefined();
  expect(takeCounts({ id: 'many_10000', usage: counts })).toBe(counts);
  expect(takeCounts({ id: 'many_10000', usage: counts })).toBeUndefined();
});
