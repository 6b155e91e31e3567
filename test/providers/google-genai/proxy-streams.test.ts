/** Streams of interactions that the SDK hands out as a proxy of the stream. */
import { GoogleGenAI } from '@google/genai';
import { expect, onTestFinished, test, vi } from 'vitest';
import { resolveConfig } from '../../../src/config/options.ts';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { googleGenAI } from '../../../src/providers/google-genai/index.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { tracing } from '../../telemetry/in-memory.ts';

const EVENTS = [
  { event_type: 'interaction.created', interaction: { id: 'int_1', status: 'in_progress' } },
  {
    event_type: 'interaction.completed',
    interaction: { id: 'int_1', status: 'completed', usage: { total_input_tokens: 7, total_output_tokens: 2 } },
  },
];

test('a continued stream without automatic continuation can be read', async () => {
  const { provider, spans } = tracing();
  const patcher = new Patcher(new CallRecorder('@x/llm-otel/google-genai', '0', resolveConfig({}, {})));
  patcher.telemetry.setTracerProvider(provider);
  vi.stubGlobal('fetch', async () => {
    const body = EVENTS.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  });
  const client = new GoogleGenAI({ apiKey: 'key' });
  googleGenAI.patch({ GoogleGenAI, Models: client.models.constructor }, patcher);
  onTestFinished(() => {
    patcher.unwrapAll();
    vi.unstubAllGlobals();
  });
  const stream = await client.interactions.create({
    model: 'gemini-2.5-flash',
    input: 'Hello',
    stream: true,
    continuation_token: 'token',
    automatic_continuation: false,
  });
  const types: unknown[] = [];
  for await (const event of stream) types.push(event.event_type);
  expect(types).toEqual(['interaction.created', 'interaction.completed']);
  expect(spans().map(({ attributes }) => attributes['gen_ai.usage.input_tokens'])).toEqual([7]);
  expect(spans()[0]?.attributes['llm_otel.stream.chunks']).toBe(2);
});
