import type { Attributes } from '@opentelemetry/api';
import type { ResponseFacts } from '../../facts/call.ts';
import type { Cost } from '../../facts/prices.ts';
import type { CallContent } from '../content/prepare.ts';

/** Everything known of a call when the call ends. */
export interface CallResult {
  readonly response: ResponseFacts | undefined;
  readonly cost?: Cost | undefined;
  /** Request attributes that were not known when the span started. */
  readonly lateAttributes?: Attributes;
  /** Name of the span, if the name was not known when the span started. */
  readonly spanName?: string | undefined;
  /** When the first chunk of the inner calls came, in milliseconds of {@link now}. */
  readonly firstChunk?: number | undefined;
  /** A cache below the SDK has answered: no model was called, and nothing is measured. */
  readonly isFromCache?: boolean;
  /** Content of the inner calls. */
  readonly content?: CallContent | undefined;
}
