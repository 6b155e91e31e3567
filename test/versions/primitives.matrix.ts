/**
 * Older majors of SDKs through the fetch layer: `@google/genai` before its option `fetch`, and openai 4 on node-fetch.
 * `npm run test:matrix -- test/versions/primitives.matrix.ts` runs this file alone.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FetchLayers } from '../../src/primitives/fetch/fetch-options.ts';
import { createCache, createFetch, createRouter, wrapClient } from '../../src/primitives/index.ts';
import { installFolder } from '../support/folders.ts';
import { type ProviderServer, startProviderServer } from '../support/provider-server.ts';

let server: ProviderServer;
beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const only = new RegExp(process.env.MATRIX_ONLY ?? '');

/** The small part of the SDKs that the tests call. */
interface Genai {
  readonly models: {
    generateContent(request: object): Promise<{ text?: string }>;
    generateContentStream(request: object): Promise<AsyncIterable<{ text?: string }>>;
  };
}
interface Openai {
  readonly chat: {
    readonly completions: {
      create(
        request: object,
      ): Promise<{ choices: { message: { content: string } }[] }> &
        Promise<AsyncIterable<{ choices: { delta: { content?: string } }[] }>>;
    };
  };
}

/** Loads a version of an SDK from a folder of its own. */
async function loaded<M>(name: string, version: string): Promise<M> {
  const folder = await installFolder(`primitives-${name}-${version}`, { [name]: version });
  return createRequire(join(folder, 'index.js'))(name) as M;
}

/** One version each of `apiCall(url, init)`, of `apiCall` with retries and a signal, and of the option `fetch`. */
const GENAI: readonly string[] = ['1.10.0', '1.52.0', '2.20.0', '2.32.0'];

describe.each(GENAI)('@google/genai %s', (version) => {
  const run = only.test(`@google/genai@${version}`) ? test : test.skip;
  type Module = { GoogleGenAI: new (options: object) => Genai };
  const client = async (layers: FetchLayers, more: object = {}): Promise<Genai> => {
    const { GoogleGenAI } = await loaded<Module>('@google/genai', version);
    return wrapClient(new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: server.url, ...more } }), layers);
  };
  const ask = { model: 'gemini-2.5-flash', contents: 'Hello' };
  const streamed = async (genai: Genai): Promise<string> => {
    let text = '';
    for await (const chunk of await genai.models.generateContentStream(ask)) text += chunk.text ?? '';
    return text;
  };

  run('a hit has the text of the answer, in one piece and as a stream', async () => {
    const genai = await client({ cache: {} });
    const { text } = await genai.models.generateContent(ask);
    expect(text).toBeTruthy();
    expect((await genai.models.generateContent(ask)).text).toBe(text);
    expect(await streamed(genai)).toBe(text);
    expect(await streamed(genai)).toBe(text);
    expect(server.requests).toHaveLength(2);
  });

  run('the next route answers; wrapping again replaces the layers', async () => {
    const genai = await client({ cache: {} });
    const router = createRouter({
      routes: [
        { name: 'a', apiKey: 'first' },
        { name: 'b', apiKey: 'second' },
      ],
    });
    wrapClient(genai, { router });
    const failing = { ...ask, model: '{status=503,times=1}gemini-2.5-flash' };
    for (const request of [failing, ask, ask]) expect((await genai.models.generateContent(request)).text).toBeTruthy();
    // Not cached. The server says retry-after: 0, so that the first route is ready again at once.
    const keys = server.requests.map(({ headers }) => headers['x-goog-api-key']);
    expect(keys).toEqual(['first', 'second', 'first', 'first']);
  });

  const hanging = { ...ask, model: '{hang}gemini-2.5-flash' };

  run('a limit ends the call and the request', async () => {
    const genai = await client({ timeout: { totalMs: 200 } });
    await expect(genai.models.generateContent(hanging)).rejects.toThrow(/timed out: totalMs of 200 ms/);
    await server.waitFor(([request]) => request?.aborted === true);
  });

  run('the signal of the caller ends the call and the request', async () => {
    const genai = await client({ cache: {}, timeout: { totalMs: 60_000 }, router: { routes: [{ name: 'only' }] } });
    const controller = new AbortController();
    const call = genai.models.generateContent({ ...hanging, config: { abortSignal: controller.signal } });
    const rejection = expect(call).rejects.toThrow(/abort/i);
    // 1.x does not see a signal that is aborted before its request.
    await server.waitFor(({ length }) => length === 1);
    controller.abort();
    await rejection;
    await server.waitFor(([request]) => request?.aborted === true);
  });

  (version === '1.10.0' ? test.skip : run)('the retries of the SDK stay', async () => {
    const genai = await client({ cache: {} }, { retryOptions: { attempts: 3 } });
    const failing = { ...ask, model: '{status=503,times=1}gemini-2.5-flash' };
    expect((await genai.models.generateContent(failing)).text).toBeTruthy();
    expect(server.requests).toHaveLength(2);
  });

  run('another client of the class stays as it is', async () => {
    await client({ cache: {} });
    const { GoogleGenAI } = await loaded<Module>('@google/genai', version);
    const plain = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: server.url } });
    for (let call = 0; call < 2; call++) await plain.models.generateContent(ask);
    expect(server.requests).toHaveLength(2);
  });
});

describe.each(['4.104.0'])('openai %s on node-fetch', (version) => {
  const run = only.test(`openai@${version}`) ? test : test.skip;
  type Module = { OpenAI: new (options: object) => Openai };
  const request = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };
  const options = () => ({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0 });
  const text = async (client: Openai): Promise<string> => {
    let all = '';
    for await (const { choices } of await client.chat.completions.create({ ...request, stream: true }))
      all += choices[0]?.delta.content ?? '';
    return all;
  };

  run.each(['createFetch', 'wrapClient'] as const)('%s: hits, in one piece and as a stream', async (way) => {
    const { OpenAI } = await loaded<Module>('openai', version);
    const cache = createCache();
    const client =
      way === 'createFetch'
        ? new OpenAI({ ...options(), fetch: createFetch({ cache }) })
        : wrapClient(new OpenAI(options()), { cache });
    const first = (await client.chat.completions.create(request)).choices[0]?.message.content;
    expect((await client.chat.completions.create(request)).choices[0]?.message.content).toBe(first);
    expect(await text(client)).toBe(first);
    expect(await text(client)).toBe(first);
    expect(server.requests).toHaveLength(2);
    expect(cache.stats()).toMatchObject({ hits: 2, misses: 2 });
  });

  run('the next route answers, also behind a stream that hangs after its headers', async () => {
    const { OpenAI } = await loaded<Module>('openai', version);
    const router = {
      routes: [
        { name: 'a', timeout: { firstChunkMs: 300 } },
        { name: 'b', model: 'gpt-4o-mini' },
      ],
    };
    const client = wrapClient(new OpenAI(options()), { router });
    const hanging = { ...request, model: '{hang,after=0}gpt-4o-mini', stream: true };
    let all = '';
    for await (const { choices } of await client.chat.completions.create(hanging))
      all += choices[0]?.delta.content ?? '';
    expect(all).toBeTruthy();
    expect(server.requests).toHaveLength(2);
  });
});
