import type { ChunkJudge } from '../answers/answer-judge.ts';
import { bodyJudge, readBody } from '../answers/body-judge.ts';
import { EventReader, eventValue, isDone } from '../answers/event-reader.ts';
import type { CallStream } from '../streams/call-stream.ts';
import { type ChunkMeaning, chunkMeaning } from '../streams/output-chunks.ts';
import type { StreamForm } from '../streams/stream-form.ts';

/** Longest line of an event that is read. A longer line is output all the same, by its length. */
const MAX_LINE = 1_048_576;

/** Statuses whose responses have no body; a `Response` with such a status takes none. */
const NO_BODY: ReadonlySet<number> = new Set([101, 103, 204, 205, 304]);

/** Results of `fetch`: the body is read in chunks of bytes. The SDK gets a global `Response`, whatever `fetch` was used. */
export const FETCH_FORM: StreamForm = {
  open(result) {
    const response = result as Response;
    if (response.body === null) return undefined;
    const contentType = response.headers.get('content-type') ?? '';
    const isStreamed = contentType.startsWith('text/event-stream');
    return {
      source: bodySource(response.body),
      isStreamed,
      meaning: isStreamed ? eventMeaning() : () => 'output',
      judge: () => bodyJudge(contentType, true, MAX_LINE) as ChunkJudge<unknown>,
      readChunks: (chunks) => readBody(contentType, chunks as readonly Uint8Array[]),
      wrap: (stream) => responseOf(response, response.status, bodyOf(stream as CallStream<Uint8Array>)),
    };
  },
  failureOf: (result) => {
    const { status, headers } = result as Response;
    return status < 400 ? undefined : Object.assign(new Error(`HTTP ${status}`), { status, headers });
  },
  // Stainless-made SDKs would repeat the whole round of routes.
  lastFailure: (result) => {
    const response = result as Response;
    const copy = responseOf(response, response.status, response.body);
    copy.headers.set('x-should-retry', 'false');
    return copy;
  },
};

/** A global `Response` for the response of any `fetch`: node-fetch has headers and bodies of other classes. */
export function globalResponse(response: Response): Response {
  if (response instanceof Response) return response;
  const { status, body } = response as { status: number; body: unknown };
  const iterator = body === null || body === undefined ? undefined : bodySource(body);
  return responseOf(response, status, iterator === undefined ? null : bodyOf(iterator));
}

function responseOf(
  { headers, statusText, url }: Response,
  status: number,
  body: ReadableStream<Uint8Array> | null,
): Response {
  const all = new Headers();
  headers.forEach((value, name) => void all.append(name, value));
  const response = new Response(NO_BODY.has(status) ? null : body, { status, statusText, headers: all });
  // SDKs name the URL in their logs; a `Response` that is made has none.
  Object.defineProperty(response, 'url', { value: url, configurable: true });
  return response;
}

/** The chunks of a body of the global `fetch`, or of the Node stream of node-fetch. */
function bodySource(body: unknown): AsyncIterator<Uint8Array> {
  if (!(body instanceof ReadableStream)) return (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

/** Nothing is read ahead: the reader of the SDK sets the pace. */
function bodyOf(chunks: AsyncIterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The meaning of chunks of bytes: of the first event that is no comment and not silent. */
function eventMeaning(): (chunk: unknown) => ChunkMeaning {
  let meaning: ChunkMeaning = 'silent';
  const reader = new EventReader(MAX_LINE, (data) => {
    if (meaning !== 'silent') return;
    const value = eventValue(data);
    meaning = value === undefined || isDone(value) ? 'output' : chunkMeaning(value);
  });
  return (chunk) => {
    meaning = 'silent';
    reader.read(chunk as Uint8Array);
    return meaning;
  };
}
