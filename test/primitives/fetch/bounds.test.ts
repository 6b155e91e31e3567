/** What must not grow with the number of calls, of callers and of chunks at the fetch layer. */
import { describe, expect, test } from 'vitest';
import { createCache } from '../../../src/primitives/cache/create-cache.ts';
import { createFetch } from '../../../src/primitives/fetch/create-fetch.ts';
import type { FetchLayers } from '../../../src/primitives/fetch/fetch-options.ts';
import { collectGarbage, countedSignal, watchRejections } from '../streams/listeners.ts';

const URL_OF_CHAT = 'https://api.openai.com/v1/chat/completions';
const ANSWER = '{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{},"finish_reason":"stop"}]}';
const post = { method: 'POST', body: '{"model":"m","messages":[]}' } as const;
const jsonAnswer = () => new Response(ANSWER, { headers: { 'content-type': 'application/json' } });

test('10,000 equal calls at once make one request, and all have the same body', async () => {
  const cache = createCache();
  let sent = 0;
  const fetch = createFetch({
    cache,
    router: { routes: [{ name: 'a' }, { name: 'b' }] },
    timeout: { totalMs: 60_000 },
    fetch: (async () => {
      sent++;
      await new Promise(setImmediate);
      return jsonAnswer();
    }) as typeof globalThis.fetch,
  });
  const bodies = await Promise.all(Array.from({ length: 10_000 }, async () => (await fetch(URL_OF_CHAT, post)).text()));
  expect(sent).toBe(1);
  expect(new Set(bodies)).toEqual(new Set([ANSWER]));
  expect(cache.stats()).toMatchObject({ misses: 1, coalesced: 9_999 });
});

const CHUNKS = 200_000;
const CHUNK = new TextEncoder().encode('data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n');

describe.each<[string, FetchLayers]>([
  ['cache', { cache: {} }],
  ['timeout', { timeout: { totalMs: 600_000, chunkMs: 600_000, firstChunkMs: 600_000 } }],
  [
    'router',
    {
      router: {
        routes: [
          { name: 'a', model: 'gpt-4o' },
          { name: 'b', model: 'gpt-4o-mini' },
        ],
      },
    },
  ],
])('%s', (_, layers) => {
  test(`${CHUNKS} chunks leave no memory`, async () => {
    let left = CHUNKS;
    const body = () =>
      new ReadableStream<Uint8Array>(
        { pull: (controller) => (left-- > 0 ? controller.enqueue(CHUNK) : controller.close()) },
        { highWaterMark: 0 },
      );
    const upstream = async () => new Response(body(), { headers: { 'content-type': 'text/event-stream' } });
    const { body: answer } = await createFetch({ ...layers, fetch: upstream as typeof globalThis.fetch })(
      URL_OF_CHAT,
      post,
    );
    const reader = (answer as ReadableStream<Uint8Array>).getReader();
    const grown: number[] = [];
    for (let chunk = 0; ; chunk++) {
      const { done } = await reader.read();
      // The recording of the cache is full at 1 MiB, long before the first look.
      if (chunk === CHUNKS / 2 || chunk === CHUNKS - 1) {
        await collectGarbage();
        grown.push(process.memoryUsage().heapUsed);
      }
      if (done) break;
    }
    // 100,000 chunks that were kept are 6 MB of text alone, and 122 MB as promises.
    expect((grown[1] ?? 0) - (grown[0] ?? 0)).toBeLessThan(2_000_000);
  });

  test('10,000 calls with one signal leave no listener, and no unhandled rejection', async () => {
    const { controller, listeners } = countedSignal();
    const rejections = watchRejections();
    const answers = [
      jsonAnswer,
      () => new Response('{}', { status: 503 }),
      () => Promise.reject(new TypeError('fetch failed')),
    ];
    let turn = 0;
    const upstream = async () => answers[turn++ % answers.length]?.();
    const fetch = createFetch({ ...layers, fetch: upstream as typeof globalThis.fetch });
    for (let call = 0; call < 10_000; call++) {
      const body = JSON.stringify({ model: 'm', messages: [call] });
      const response = await fetch(URL_OF_CHAT, { ...post, body, signal: controller.signal }).catch(() => undefined);
      // Read, left, and not even looked at by the caller.
      if (call % 2 === 0) await response?.text();
      else await response?.body?.cancel();
    }
    await rejections.stop();
    expect(listeners()).toBe(0);
    expect(rejections.seen).toEqual([]);
  });
});
