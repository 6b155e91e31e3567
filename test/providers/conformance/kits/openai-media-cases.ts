import { anatomy, describeResponse } from '../describe.ts';
import { json, sse } from '../server.ts';
import type { Case } from '../types.ts';
import { clientOf } from './openai-cases.ts';
import { data, event } from './openai-wire.ts';

const VECTOR = [0.25, -1, 3];
const BASE64 = Buffer.from(new Float32Array(VECTOR).buffer).toString('base64');

const embeddings = (embedding: unknown) => ({
  object: 'list',
  model: 'text-embedding-3-small',
  data: [{ object: 'embedding', index: 0, embedding }],
  usage: { prompt_tokens: 2, total_tokens: 2 },
});
const EMBED = { model: 'text-embedding-3-small', input: 'hello' } as const;
const IMAGE = {
  created: 1,
  data: [{ b64_json: 'aGk=' }],
  usage: {
    input_tokens: 1,
    output_tokens: 2,
    total_tokens: 3,
    input_tokens_details: { text_tokens: 1, image_tokens: 0 },
  },
};
const audio = () => new File([new Uint8Array([1, 2, 3])], 'a.wav', { type: 'audio/wav' });

/** Calls that are no conversation. */
export const MEDIA_CASES: readonly Case[] = [
  {
    name: 'embeddings: default encoding',
    spans: [{ operation: 'embeddings', outcome: null, finishReasons: null }],
    run: async (t) => {
      // 4.28 asks for floats, later versions for base64, which they decode
      const result = await clientOf(t, json(embeddings(BASE64))).embeddings.create(EMBED);
      t.mark('after embeddings');
      return anatomy(result);
    },
  },
  {
    name: 'embeddings: floats',
    spans: [{ operation: 'embeddings' }],
    run: async (t) =>
      await clientOf(t, json(embeddings(VECTOR))).embeddings.create({ ...EMBED, encoding_format: 'float' }),
  },
  {
    name: 'embeddings: withResponse',
    spans: [{ operation: 'embeddings' }],
    run: async (t) => {
      const { data: result, response } = await clientOf(t, json(embeddings(BASE64)))
        .embeddings.create(EMBED)
        .withResponse();
      return [result, describeResponse(response)];
    },
  },
  {
    name: 'embeddings: asResponse',
    spans: [{ operation: 'embeddings' }],
    run: async (t) => {
      const response = await clientOf(t, json(embeddings(BASE64)))
        .embeddings.create(EMBED)
        .asResponse();
      return (await response.json()) as unknown;
    },
  },
  {
    name: 'embeddings: HTTP 400',
    spans: [{ operation: 'embeddings', status: 'ERROR' }],
    run: async (t) => await clientOf(t, json(t.wire.failure(400), 400)).embeddings.create(EMBED),
  },
  {
    name: 'embeddings: HTTP 400, never awaited',
    spans: [{ operation: 'embeddings', status: 'ERROR' }],
    run: async (t) => {
      void clientOf(t, json(t.wire.failure(400), 400)).embeddings.create(EMBED);
      await t.received();
      await new Promise((resolve) => setTimeout(resolve, 20));
    },
  },
  {
    name: 'images: generate',
    spans: [{ operation: 'image_generation' }],
    run: async (t) => await clientOf(t, json(IMAGE)).images.generate({ model: 'gpt-image-1', prompt: 'a cat' }),
  },
  {
    name: 'images: edit',
    spans: [{ operation: 'image_generation' }],
    run: async (t) =>
      await clientOf(t, json(IMAGE)).images.edit({ model: 'gpt-image-1', prompt: 'a cat', image: audio() }),
  },
  {
    name: 'images: streamed',
    needs: ['own:streamed-images'],
    spans: [{ operation: 'image_generation', outcome: 'completed' }],
    run: async (t) => {
      const frames = [
        event({ type: 'image_generation.partial_image', ...{ b64_json: 'aA==', partial_image_index: 0 } }),
        event({ type: 'image_generation.completed', ...{ b64_json: 'aGk=', usage: IMAGE.usage } }),
      ];
      const seen: unknown[] = [];
      const stream = await clientOf(t, sse(frames)).images.generate({
        model: 'gpt-image-1',
        prompt: 'a cat',
        stream: true,
      });
      for await (const image of stream) seen.push(image);
      return seen;
    },
  },
  {
    name: 'audio: speech',
    spans: [{ operation: 'speech', outcome: undefined }],
    run: async (t) => {
      const reply = { headers: { 'content-type': 'audio/mpeg' }, body: [new Uint8Array([1, 2, 3])] };
      const response = await clientOf(t, reply).audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'hello' });
      t.mark('after speech');
      return [describeResponse(response), (await response.arrayBuffer()).byteLength];
    },
  },
  {
    name: 'audio: speech, not read',
    spans: [{ operation: 'speech' }],
    garbage: true,
    run: async (t) => {
      const reply = { headers: { 'content-type': 'audio/mpeg' }, body: [new Uint8Array([1, 2, 3])] };
      await clientOf(t, reply).audio.speech.create({ model: 'tts-1', voice: 'alloy', input: 'hello' });
    },
  },
  {
    name: 'audio: transcription',
    spans: [{ operation: 'transcription' }],
    run: async (t) => {
      const reply = json({ text: 'hello', usage: { type: 'duration', seconds: 1 } });
      return await clientOf(t, reply).audio.transcriptions.create({ model: 'whisper-1', file: audio() });
    },
  },
  {
    name: 'audio: transcription as text',
    spans: [{ operation: 'transcription' }],
    run: async (t) => {
      const reply = { headers: { 'content-type': 'text/plain' }, body: ['hello'] };
      const body = { model: 'whisper-1', file: audio(), response_format: 'text' } as const;
      return (await clientOf(t, reply).audio.transcriptions.create(body)) as unknown;
    },
  },
  {
    name: 'audio: transcription, streamed',
    needs: ['own:streamed-audio'],
    spans: [{ operation: 'transcription', outcome: 'completed' }],
    run: async (t) => {
      const frames = [
        data({ type: 'transcript.text.delta', delta: 'hel' }),
        data({
          type: 'transcript.text.done',
          text: 'hello',
          usage: { type: 'tokens', input_tokens: 1, output_tokens: 2 },
        }),
      ];
      const seen: unknown[] = [];
      const body = { model: 'gpt-4o-transcribe', file: audio(), stream: true } as const;
      for await (const part of await clientOf(t, sse(frames)).audio.transcriptions.create(body)) seen.push(part);
      return seen;
    },
  },
  {
    name: 'audio: translation',
    spans: [{ operation: 'translation' }],
    run: async (t) =>
      await clientOf(t, json({ text: 'hello' })).audio.translations.create({ model: 'whisper-1', file: audio() }),
  },
  {
    name: 'moderation',
    spans: [{ operation: 'moderation' }],
    run: async (t) => {
      const reply = json({ id: 'modr-1', model: 'omni-moderation-latest', results: [{ flagged: false }] });
      return await clientOf(t, reply).moderations.create({ input: 'hello' });
    },
  },
  {
    name: 'vectorStores: search, iterated without await',
    needs: ['own:vectorStores.search'],
    spans: [{ operation: 'retrieval' }],
    run: async (t) => {
      const found: unknown[] = [];
      for await (const item of clientOf(t, json(SEARCHED)).vectorStores.search('vs_1', { query: 'hello' })) {
        t.mark('item');
        found.push(item);
      }
      return found;
    },
  },
  {
    name: 'vectorStores: search, the page and its promise',
    needs: ['own:vectorStores.search'],
    spans: [{ operation: 'retrieval' }],
    run: async (t) => {
      const promise = clientOf(t, json(SEARCHED)).vectorStores.search('vs_1', { query: 'hello' });
      const classes = [promise.constructor.name, Object.keys(promise), Symbol.asyncIterator in promise];
      const page = await promise;
      t.mark('after the page');
      const { data: same } = await promise.withResponse();
      return [classes, page.getPaginatedItems(), page.hasNextPage(), page === same, page.constructor.name];
    },
  },
  {
    name: 'vectorStores: search, HTTP 400',
    needs: ['own:vectorStores.search'],
    spans: [{ operation: 'retrieval', status: 'ERROR' }],
    run: async (t) => {
      const client = clientOf(t, json(t.wire.failure(400), 400));
      for await (const _ of client.vectorStores.search('vs_1', { query: 'hello' })) t.mark('never');
    },
  },
];

const SEARCHED = {
  object: 'vector_store.search_results.page',
  search_query: ['hello'],
  data: [
    { file_id: 'file-1', filename: 'a.txt', score: 0.9, attributes: {}, content: [{ type: 'text', text: 'hello' }] },
  ],
  has_more: false,
  next_page: null,
};
