import { sse } from '../server.ts';
import type { Case, ModelStream, Tools } from '../types.ts';
import { cancelled, cancelledUnread, completed } from './stream.ts';

const NEEDS = ['stream-object'] as const;

const streaming = (t: Tools) => t.open(sse(t.wire.frames)).stream();
const held = (t: Tools) => t.open(sse(t.wire.frames.slice(0, 2), 'hold')).stream();

async function readAll(t: Tools, stream: AsyncIterable<object>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) {
    t.mark('chunk');
    chunks.push(chunk);
  }
  return chunks;
}

async function readOne(stream: AsyncIterable<object>): Promise<unknown> {
  for await (const chunk of stream) return chunk;
}

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text();
}

/** The SDK's own Stream class, found on a stream because its export moved. */
const fromReadable = (stream: ModelStream, source: ReadableStream<Uint8Array>): ModelStream => {
  const { fromReadableStream } = stream.constructor as unknown as {
    fromReadableStream(source: ReadableStream<Uint8Array>, controller: AbortController): ModelStream;
  };
  return fromReadableStream.call(stream.constructor, source, new AbortController());
};

/** `tee()` and `toReadableStream()`. */
export const TEE_CASES: readonly Case[] = [
  {
    name: 'tee: both read, one after the other',
    needs: NEEDS,
    spans: [completed],
    run: async (t) => {
      const [left, right] = (await streaming(t)).tee();
      return [await readAll(t, left), await readAll(t, right), left.constructor.name];
    },
  },
  {
    name: 'tee: both read at once',
    needs: NEEDS,
    spans: [completed],
    run: async (t) => {
      const [left, right] = (await streaming(t)).tee();
      return await Promise.all([readAll(t, left), readAll(t, right)]);
    },
  },
  {
    name: 'tee: one read',
    needs: NEEDS,
    spans: [completed],
    run: async (t) => await readAll(t, (await streaming(t)).tee()[0]),
  },
  {
    name: 'tee: break one, read the other',
    needs: NEEDS,
    spans: [completed],
    run: async (t) => {
      const [left, right] = (await streaming(t)).tee();
      return [await readOne(left), await readAll(t, right)];
    },
  },
  {
    name: 'tee: break both',
    needs: NEEDS,
    garbage: true,
    spans: (features) => [features.has('tee-closes') ? cancelled : { outcome: 'abandoned', finishReasons: ['error'] }],
    run: async (t) => {
      const [left, right] = (await held(t)).tee();
      return [await readOne(left), await readOne(right)];
    },
  },
  {
    name: 'tee: neither read',
    needs: NEEDS,
    garbage: true,
    spans: [{ outcome: 'abandoned' }],
    run: async (t) => (await held(t)).tee().length,
  },
  {
    name: 'tee: of a branch',
    needs: NEEDS,
    spans: [completed],
    run: async (t) => {
      const [left, right] = (await streaming(t)).tee();
      const [leftmost, inner] = left.tee();
      return await Promise.all([leftmost, inner, right].map((branch) => readAll(t, branch)));
    },
  },
  {
    name: 'tee: error in the middle reaches both',
    needs: NEEDS,
    spans: [{ outcome: 'failed', status: 'ERROR' }],
    run: async (t) => {
      const frames = [...t.wire.frames.slice(0, 2), t.wire.errorFrame];
      const [left, right] = (await t.open(sse(frames)).stream()).tee();
      return [await t.attempt(() => readAll(t, left)), await t.attempt(() => readAll(t, right))];
    },
  },
  {
    name: 'tee: the controller aborts both',
    needs: NEEDS,
    spans: [cancelled],
    run: async (t) => {
      const stream = await held(t);
      const [left, right] = stream.tee();
      const iterator = left[Symbol.asyncIterator]();
      const read = [await iterator.next(), await iterator.next()];
      stream.controller.abort();
      return [read, await t.attempt(() => readAll(t, right))];
    },
  },
  {
    name: 'readable: toReadableStream, read',
    needs: NEEDS,
    spans: [completed],
    run: async (t) => {
      const readable = (await streaming(t)).toReadableStream();
      return [readable instanceof ReadableStream, await textOf(readable)];
    },
  },
  {
    name: 'readable: toReadableStream, cancelled',
    needs: NEEDS,
    spans: [cancelled],
    run: async (t) => {
      const stream = await held(t);
      const reader = stream.toReadableStream().getReader();
      const first = await reader.read();
      await reader.cancel();
      t.mark('after cancel');
      return [Buffer.from(first.value ?? []).toString(), stream.controller.signal.aborted];
    },
  },
  {
    name: 'readable: toReadableStream, cancelled unread',
    needs: NEEDS,
    garbage: true,
    spans: [{ ...cancelledUnread, outcome: undefined }],
    run: async (t) => {
      const stream = await held(t);
      await stream.toReadableStream().cancel();
      return stream.controller.signal.aborted;
    },
  },
  {
    name: 'readable: round trip',
    needs: NEEDS,
    spans: [completed],
    run: async (t) => {
      const stream = await streaming(t);
      return await readAll(t, fromReadable(stream, stream.toReadableStream()));
    },
  },
  {
    name: 'readable: error in the middle',
    needs: NEEDS,
    spans: [{ outcome: 'failed', status: 'ERROR' }],
    run: async (t) => {
      const frames = [...t.wire.frames.slice(0, 2), t.wire.errorFrame];
      return await textOf((await t.open(sse(frames)).stream()).toReadableStream());
    },
  },
];
