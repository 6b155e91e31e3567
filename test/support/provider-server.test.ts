import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ProviderServer, startProviderServer } from './provider-server.ts';
import { ANSWER } from './providers/provider.ts';
import { TOKENS } from './scenario.ts';

let server: ProviderServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startProviderServer();
  client = new OpenAI({ apiKey: 'test', baseURL: `${server.url}/v1`, maxRetries: 2, logLevel: 'off' });
});
beforeEach(() => server.reset());
afterAll(() => server.close());

const model = 'gpt-4o-mini';
const messages = [{ role: 'user' as const, content: 'Why is the sea blue?' }];
const weather = {
  name: 'weather',
  description: 'Weather in a city',
  parameters: { type: 'object', properties: { city: { examples: ['Lisbon'] } } },
};
const tools = [{ type: 'function' as const, function: weather }];
const under = (scenario: string) => ({ headers: { 'x-test-scenario': scenario } });

async function drain<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('what the SDK makes of the answers', () => {
  test('chat', async () => {
    const { data, request_id } = await client.chat.completions.create({ model, messages, n: 2 }).withResponse();
    expect(request_id).toMatch(/^req_/);
    expect(data.choices.map((c) => c.message.content)).toEqual([ANSWER, ANSWER]);
    expect(data.usage).toMatchObject({
      prompt_tokens: TOKENS.input,
      completion_tokens: TOKENS.output,
      completion_tokens_details: { reasoning_tokens: TOKENS.reasoning },
    });
    const [asked] = server.requests;
    expect(asked).toMatchObject({ method: 'POST', path: '/v1/chat/completions', body: { model, n: 2 } });
  });

  test('chat stream, with tools and with usage', async () => {
    const stream = client.chat.completions.stream(
      { model, messages, tools, stream_options: { include_usage: true } },
      under('calls=2,output=9'),
    );
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.finish_reason).toBe('tool_calls');
    expect(final.choices[0]?.message.tool_calls).toMatchObject(
      [0, 1].map(() => ({ function: { name: 'weather', arguments: '{"city":"Lisbon"}' } })),
    );
    expect(final.usage?.completion_tokens).toBe(9);
  });

  test('runTools ends after the result of the tool', async () => {
    const runner = client.chat.completions.runTools({
      model,
      messages,
      tools: [
        {
          type: 'function',
          function: { ...weather, function: () => 'sunny', parse: (text: string): object => JSON.parse(text) },
        },
      ],
    });
    expect(await runner.finalContent()).toBe(ANSWER);
    expect(server.requests).toHaveLength(2);
  });

  test('responses', async () => {
    const one = await client.responses.create({ model, input: 'sea?', reasoning: { effort: 'low' } });
    expect(one.output_text).toBe(ANSWER);
    expect(one.output.map((item) => item.type)).toEqual(['reasoning', 'message']);
    const final = await client.responses.stream({ model, input: 'sea?', tools: [functionTool] }).finalResponse();
    expect(final.output).toMatchObject([{ type: 'function_call', arguments: '{"city":"Lisbon"}' }]);
    expect(final.usage?.input_tokens_details.cached_tokens).toBe(TOKENS.cached);
    const events = await drain(await client.responses.create({ model, input: 'sea?', stream: true }));
    expect(events.map((e) => e.sequence_number)).toEqual(events.map((_, i) => i));
    expect(events.at(-1)?.type).toBe('response.completed');
    expect((await client.responses.retrieve('resp_1')).id).toBe('resp_1');
    expect((await drain(await client.responses.retrieve('resp_1', { stream: true }))).length).toBe(events.length);
    expect((await client.responses.compact({ model, input: 'sea?' })).object).toBe('response.compaction');
    expect((await client.responses.create({ model, input: 'sea?' }, under('failed'))).error?.code).toBe('server_error');
  });

  const functionTool = { type: 'function' as const, strict: false, ...weather };

  test('the rest', async () => {
    const file = await toFile(Buffer.from('RIFF'), 'a.wav');
    const floats = await client.embeddings.create({ model: 'text-embedding-3-small', input: ['a', 'b'] });
    expect(floats.data.map((d) => d.embedding.length)).toEqual([8, 8]);
    expect(server.requests[0]?.body.encoding_format).toBe('base64');
    expect((await client.completions.create({ model: 'gpt-3.5-turbo-instruct', prompt: 'a' })).choices).toHaveLength(1);
    expect((await client.images.generate({ model: 'gpt-image-1', prompt: 'sea' })).usage?.total_tokens).toBe(322);
    expect((await client.images.edit({ image: file, prompt: 'sea', model: 'gpt-image-1' })).data).toHaveLength(1);
    expect((await client.images.createVariation({ image: file })).data?.[0]?.url).toMatch(/^https/);
    expect((await (await client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'a' })).blob()).size).toBe(
      417,
    );
    expect((await client.audio.transcriptions.create({ file, model: 'gpt-4o-transcribe' })).text).toBe(ANSWER);
    expect((await client.audio.translations.create({ file, model: 'whisper-1' })).text).toBe(ANSWER);
    expect((await client.moderations.create({ input: ['a', 'b'] })).results).toHaveLength(2);
    expect((await client.vectorStores.search('vs_1', { query: 'sea' })).data).toHaveLength(2);
    expect(server.requests.every((r) => r.path.startsWith('/v1/'))).toBe(true);
  });
});

describe('what goes wrong when told to', () => {
  const ask = (scenario: string) => client.chat.completions.create({ model, messages }, under(scenario));
  const stream = async (scenario: string) =>
    drain(await client.chat.completions.create({ model, messages, stream: true }, under(scenario)));

  test('a rate limit that passes, twice over', async () => {
    for (const expected of [3, 6]) {
      expect((await ask('status=429,times=2')).choices[0]?.message.content).toBe(ANSWER);
      expect(server.requests).toHaveLength(expected);
    }
  });

  test.each([
    ['status=400', 'context_length_exceeded'],
    ['status=401', 'invalid_api_key'],
    ['status=429', 'rate_limit_exceeded'],
    ['html', undefined],
  ])('%s', async (scenario, code) => {
    await expect(ask(scenario)).rejects.toMatchObject({ code });
  });

  test.each([
    ['reset', /Connection error/],
    ['drop', /terminated|aborted|Connection|Premature/],
    ['truncate', /JSON/],
  ])('unary %s', async (scenario, message) => {
    await expect(ask(scenario)).rejects.toThrow(message);
  });

  test.each([
    ['error,after=1', /server had an error/],
    ['reset,after=1', /terminated/],
    ['drop', /terminated/],
    ['malformed', /malformed|JSON/],
  ])('stream %s', async (scenario, message) => {
    await expect(stream(scenario)).rejects.toThrow(message);
  });

  test('a cut stream and an empty one end quietly', async () => {
    expect(await stream('truncate,after=3')).toHaveLength(3);
    expect(await stream('empty')).toHaveLength(0);
    expect(await stream('chunks=500')).toHaveLength(502);
  });

  test.each(['hang', 'hang,after=2'])('%s: the client gives up, the server knows', async (scenario) => {
    const controller = new AbortController();
    const options = { ...under(scenario), signal: controller.signal, maxRetries: 0 };
    const call = client.chat.completions.create({ model, messages, stream: true }, options).then(drain);
    // Left early, the SDK throws before the headers and ends the stream quietly after them.
    const settled = call.catch(() => undefined);
    await server.waitFor((requests) => requests.length === 1);
    setTimeout(() => controller.abort(), 50);
    await settled;
    await server.waitFor((requests) => requests[0]?.aborted === true);
  });

  test('the model name carries a scenario too, and an unknown key is told', async () => {
    const call = client.chat.completions.create({ model: `{finish=length}${model}`, messages });
    expect((await call).choices[0]?.finish_reason).toBe('length');
    expect((await call).model).toBe('gpt-4o-mini-2024-07-18');
    await expect(ask('statsu=429')).rejects.toThrow('unknown key statsu=429');
  });
});
