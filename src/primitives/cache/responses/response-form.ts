import { isUtf8 } from 'node:buffer';
import { asObject } from '../../../providers/reading/unknown-values.ts';
import { bodyJudge, readBody } from '../../answers/body-judge.ts';
import { statusLeadsOn } from '../../answers/leads-on.ts';
import type { AnswerForm, AnswerOrigin, OpenedAnswer } from '../engine/answer-form.ts';
import type { PlainStream } from '../engine/plain-stream.ts';
import type { ChunkSource } from '../engine/shared-stream.ts';
import { CorruptEntryError } from '../entries/entry-text.ts';

/** Says to the application where a response comes from. */
const CACHE_HEADER = 'x-llm-otel-cache';

/** Headers that belong to one connection, one client, or the bytes on the wire. */
const NOT_RECORDED: ReadonlySet<string> = new Set([
  'set-cookie',
  'content-encoding',
  'content-length',
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Statuses whose responses have no body; a `Response` with such a status takes none. */
const NO_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** What is recorded of a response before its body. */
interface ResponseHead {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** How responses of one request are opened and made. One form for each request: a miss keeps its headers, cookies included. */
export class ResponseForm implements AnswerForm<Response, Uint8Array> {
  readonly #cacheToolCalls: boolean;
  readonly #maxBytes: number;
  #response: Response | undefined;
  #contentType = '';

  constructor(cacheToolCalls: boolean, maxBytes: number) {
    this.#cacheToolCalls = cacheToolCalls;
    this.#maxBytes = maxBytes;
  }

  open(result: unknown): OpenedAnswer<Uint8Array> {
    const response = result as Response;
    this.#response = response;
    this.#contentType = response.headers.get('content-type') ?? '';
    const isFailure = statusLeadsOn(response.status);
    return {
      kind: 'stream',
      head: headOf(response),
      source: sourceOf(response.body),
      notStored: response.status >= 200 && response.status < 300 ? undefined : 'error',
      isFailure,
    };
  }

  judgeStream(): ReturnType<typeof bodyJudge> {
    return bodyJudge(this.#contentType, this.#cacheToolCalls, this.#maxBytes);
  }

  readChunks(chunks: readonly string[]): unknown {
    return readBody(
      this.#contentType,
      chunks.map((chunk) => this.unpack(JSON.parse(chunk))),
    );
  }

  /** Text where the chunk is text: a third smaller than base64, and readable. */
  pack(chunk: Uint8Array): string {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    return JSON.stringify(isUtf8(bytes) ? bytes.toString() : [bytes.toString('base64')]);
  }

  unpack(value: unknown): Uint8Array {
    if (typeof value === 'string') return encoder.encode(value);
    if (Array.isArray(value)) return new Uint8Array(Buffer.from(String(value[0]), 'base64'));
    throw new CorruptEntryError('a chunk that is neither text nor bytes');
  }

  /** An entry of a function, under the key of a request: cannot be, but for a store that others write to. */
  fromValue(): Response {
    throw new CorruptEntryError('an entry without a response');
  }

  fromStream(head: unknown, stream: PlainStream<Uint8Array>, origin: AnswerOrigin): Response {
    const isNew = origin.outcome === 'miss' || origin.outcome === 'bypass';
    const { status, headers } = isNew && this.#response !== undefined ? this.#response : storedHead(head);
    const all = new Headers(headers as Headers);
    if (isNew) for (const name of ['content-encoding', 'content-length', CACHE_HEADER]) all.delete(name);
    else all.set(CACHE_HEADER, origin.outcome);
    if (origin.ageMs !== undefined) all.set('age', String(Math.floor(origin.ageMs / 1000)));
    const statusText = isNew ? (this.#response?.statusText ?? '') : '';
    const init = { status, statusText, headers: all };
    if (!NO_BODY.has(status)) return new Response(bodyOf(stream), init);
    void stream.return();
    return new Response(null, init);
  }
}

const encoder = new TextEncoder();

function headOf({ status, headers }: Response): ResponseHead {
  const kept: [string, string][] = [];
  headers.forEach((value, name) => {
    if (!NOT_RECORDED.has(name.toLowerCase())) kept.push([name, value]);
  });
  return { status, headers: kept };
}

function storedHead(head: unknown): ResponseHead {
  const { status, headers } = asObject(head) ?? {};
  if (typeof status !== 'number' || !Array.isArray(headers)) throw new CorruptEntryError('an entry without a response');
  return { status, headers };
}

/** Nothing is read ahead: the reader of the SDK sets the pace. */
function bodyOf(stream: PlainStream<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await stream.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await stream.return();
      },
    },
    { highWaterMark: 0 },
  );
}

/** A body of the global `fetch`, or of node-fetch. */
function sourceOf(body: unknown): ChunkSource<Uint8Array> {
  if (body instanceof ReadableStream) {
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    return {
      next: async () => {
        const { done, value } = await reader.read();
        return done ? { done: true, value: undefined } : { done: false, value };
      },
      close: () => void reader.cancel().catch(() => {}),
    };
  }
  const iterator = (body as AsyncIterable<Uint8Array> | null)?.[Symbol.asyncIterator]();
  return {
    next: async () => (iterator === undefined ? { done: true, value: undefined } : iterator.next()),
    close: () => void iterator?.return?.().catch(() => {}),
  };
}
