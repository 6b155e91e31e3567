import type { ChunkJudge, NotStored } from '../../answers/answer-judge.ts';
import type { BypassReason } from '../key/bypass-reason.ts';
import type { CacheOutcome } from './cache-counts.ts';
import type { PlainStream } from './plain-stream.ts';
import type { PricedCall } from './saved-tokens.ts';
import type { ChunkForm, ChunkSource } from './shared-stream.ts';

/** A result of the function, opened: a whole value, or a stream of chunks behind a head. */
export type OpenedAnswer<C> =
  | { readonly kind: 'value'; readonly value: unknown }
  | {
      readonly kind: 'stream';
      /** Plain data that comes before the chunks. */
      readonly head: unknown;
      readonly source: ChunkSource<C>;
      /** The stream is no answer, as a response with an error status; the stream passes all the same. */
      readonly notStored?: NotStored | undefined;
      /** The stream is a failure for which a stale entry stands in. */
      readonly isFailure?: boolean;
    };

/** Where an answer comes from. */
export interface AnswerOrigin {
  readonly outcome: CacheOutcome;
  /** Milliseconds since the answer was recorded; `undefined` for a new answer. */
  readonly ageMs: number | undefined;
}

/** How one layer opens results, and makes results for callers. */
export interface AnswerForm<R, C> extends ChunkForm<C> {
  open(result: unknown): OpenedAnswer<C>;
  /** A judge of the stream behind `head`. */
  judgeStream(head: unknown): ChunkJudge<C>;
  /** Chunks of a recorded stream for the options `usage` and `shouldStore`. */
  readChunks(chunks: readonly string[]): unknown;
  fromValue(value: unknown): R;
  fromStream(head: unknown, stream: PlainStream<C>, origin: AnswerOrigin): R;
}

/** One call of a cache. */
export interface CacheRequest<R, C> {
  /** Label of the layer. */
  readonly name: string;
  /** `undefined` with a `bypassReason`. */
  readonly key: string | undefined;
  readonly bypassReason: BypassReason | undefined;
  /** The entry is not looked up, and replaced. */
  readonly isRefresh: boolean;
  readonly signal: AbortSignal | undefined;
  readonly priced: PricedCall;
  readonly form: AnswerForm<R, C>;
  /** Called once, for a layer that tells others where the answer comes from. */
  readonly onOutcome?: ((outcome: CacheOutcome) => void) | undefined;
  /** Calls the function. */
  call(signal: AbortSignal): unknown;
}
