import { type ChunkJudge, StreamJudge } from '../answers/answer-judge.ts';
import { isAsyncIterable } from './async-values.ts';
import type { CallStream } from './call-stream.ts';
import { type ChunkMeaning, chunkMeaning } from './output-chunks.ts';

/** A result that is read in chunks. */
export interface OpenedStream {
  readonly source: AsyncIterator<unknown>;
  /** False for an answer in one piece: nothing is held until the first output. */
  readonly isStreamed: boolean;
  /** Called once for each chunk, in order. */
  meaning(chunk: unknown): ChunkMeaning;
  /** Reads the tokens of the answer while the chunks pass. */
  judge(): ChunkJudge<unknown>;
  /** The chunks for the option `usage`: the list, or the body of a response. */
  readChunks(chunks: readonly unknown[]): unknown;
  /** The result that the caller gets for the stream. */
  wrap(stream: CallStream<unknown>): unknown;
}

/** How the results of a layer are read: of functions, of `fetch`. */
export interface StreamForm {
  /** `undefined` for a result without chunks. */
  open(result: unknown): OpenedStream | undefined;
  /** The error that a result stands for: a response with an HTTP status of an error. */
  failureOf?(result: unknown): unknown;
  /** The last failure of all routes, for the caller. */
  lastFailure?(result: unknown): unknown;
}

/** Results of functions: a stream is an async iterable. */
export const FUNCTION_FORM: StreamForm = {
  open(result) {
    if (!isAsyncIterable(result)) return undefined;
    const source = result[Symbol.asyncIterator]();
    return {
      source,
      isStreamed: true,
      meaning: chunkMeaning,
      judge: () => new StreamJudge(true),
      readChunks: (chunks) => chunks,
      wrap: (stream) => stream,
    };
  },
};
