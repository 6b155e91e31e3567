import { describe, expect, test } from 'vitest';
import { runApplication } from '../support/application.ts';

const NAME = 'llm_otel.stream.chunk.processing.duration';

/** Reads a stream with a wait of 20 ms for each chunk; `LEAVE` leaves the stream after the second chunk. */
const SOURCE = `
import OpenAI from 'openai';
const client = new OpenAI({ apiKey: 'test', baseURL: process.env.PROVIDER_URL + '/v1' });
const stream = await client.chat.completions.create({ model: 'gpt-4o', messages: [], stream: true });
let chunks = 0;
for await (const chunk of stream) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (++chunks === 2 && process.env.LEAVE) break;
}
console.log(chunks);
`;

async function measured(env: Record<string, string>) {
  const { result, metrics } = await runApplication({
    nodeArgs: ['--import', '@x/llm-otel/register'],
    source: SOURCE,
    env: { OTEL_LOGS_EXPORTER: 'none', ...env },
  });
  expect(result.code).toBe(0);
  const found = metrics.find(({ name }) => name === NAME);
  return { chunks: Number(result.stdout), found, point: found?.points[0] };
}

describe.each([{}, { LEAVE: 'yes' }])('%o', (env) => {
  test('a point for each chunk, with the time that the application took', async () => {
    const { chunks, found, point } = await measured({ LLM_OTEL_RUNTIME_METRICS: 'stream', ...env });
    expect(chunks).toBeGreaterThan(1);
    expect(found?.unit).toBe('s');
    expect(point?.count).toBe(chunks);
    expect(point?.min).toBeGreaterThan(0.018); // timers of Node are early by a millisecond
    expect(point?.attributes).toMatchObject({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o' });
  });
});

test.each<[setting: Record<string, string>, isMeasured: boolean]>([
  [{}, false],
  [{ LLM_OTEL_RUNTIME_METRICS: 'process,runtime' }, false],
  [{ LLM_OTEL_RUNTIME_METRICS: 'true' }, true],
])('%o', async (env, isMeasured) => {
  const { found } = await measured(env);
  expect(found !== undefined).toBe(isMeasured);
});
