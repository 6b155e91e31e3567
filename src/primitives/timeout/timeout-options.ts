import type { Layer } from '../types.ts';
import type { LlmTimeoutError } from './llm-timeout-error.ts';

/**
 * Limits of a call, in milliseconds. At least one of `totalMs`, `softMs`, `firstChunkMs` and `chunkMs` is needed. The names are
 * the names of the Vercel AI SDK.
 */
export interface TimeoutOptions<I = unknown, R = unknown> {
  /** Label in metrics and names of spans. Default: the name of the function, else `llm`; at the fetch layer the operation. */
  readonly name?: string | undefined;
  /** From the call to the result, or to the last chunk of a stream. */
  readonly totalMs?: number | undefined;
  /** Time after `totalMs` in which a result is still a success, with the outcome `late`. Default: 0. */
  readonly graceMs?: number | undefined;
  /** From the call to an event, a count and one warning; the call goes on. */
  readonly softMs?: number | undefined;
  /** From the call to the first output of a stream. */
  readonly firstChunkMs?: number | undefined;
  /** From output to output of a stream, while the reader waits. */
  readonly chunkMs?: number | undefined;
  /** Answers in place of a call that ran into a limit before a stream has begun. Other errors have no fallback. */
  fallback?(input: I, error: LlmTimeoutError): R | Awaited<R> | Promise<Awaited<R>>;
}

/** Counts of a layer of {@link createTimeout} since the layer was made. */
export interface TimeoutStats {
  readonly successes: number;
  /** Successes between `totalMs` and `totalMs` + `graceMs`. */
  readonly late: number;
  readonly timeouts: number;
  readonly errors: number;
  /** Calls that the application ended. */
  readonly cancelled: number;
  /** Calls with a timeout among all calls, 0 to 1; 0 without calls. */
  readonly ratio: number;
}

/** The layer of {@link createTimeout}. */
export type TimeoutLayer = Layer & { stats(): TimeoutStats };
