/** The limits of a call that can end the call. */
export type TimeoutLimit = 'totalMs' | 'firstChunkMs' | 'chunkMs';

/** What a time limit knows when the limit ends a call. */
export interface TimeoutFacts {
  readonly operation: string;
  readonly limit: TimeoutLimit;
  readonly limitMs: number;
  readonly elapsedMs: number;
  readonly chunks: number;
}

/**
 * A call was ended by a limit of {@link TimeoutOptions}. The signal of the call has the same object as the abort reason.
 *
 * @example
 * ```ts
 * try {
 *   await ask('Hello');
 * } catch (error) {
 *   if (error instanceof LlmTimeoutError) console.warn(error.limit, error.elapsedMs);
 * }
 * ```
 */
export class LlmTimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'ERR_LLM_TIMEOUT';
  /** The name of the layer: option `name`, else the name of the function, at the fetch layer the operation. */
  readonly operation: string;
  /** The option whose limit was reached. */
  readonly limit: TimeoutLimit;
  /** The limit, in milliseconds; `graceMs` is not part of the limit. */
  readonly limitMs: number;
  /** Milliseconds from the call to the end of the call. */
  readonly elapsedMs: number;
  /** Outputs of the stream before the limit was reached; 0 for a call without a stream. */
  readonly chunks: number;

  constructor({ operation, limit, limitMs, elapsedMs, chunks }: TimeoutFacts) {
    super(`${operation} timed out: ${limit} of ${limitMs} ms`);
    this.operation = operation;
    this.limit = limit;
    this.limitMs = limitMs;
    this.elapsedMs = elapsedMs;
    this.chunks = chunks;
  }
}
