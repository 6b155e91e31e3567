/**
 * The key by which a layer below an SDK tells the open model call where its answer comes from: from a cache, which called no
 * model, or from a route. All copies of this package share the key.
 */
import { activeContext, OPERATION_KEY } from './globals.ts';

const ORIGIN_KEY = Symbol.for('@x/llm-otel.answer-origin');

/** Where an answer comes from. */
export interface AnswerOrigin {
  /** `llm_otel.cache.outcome`; with `hit`, `stale` and `coalesced`, the call has used no tokens. */
  readonly cache?: string;
  readonly route?: string;
  readonly attempts?: number;
}

interface Told {
  [ORIGIN_KEY]?: AnswerOrigin;
}

/** Tells the open model call of the active context where the answer comes from. Later facts are added to earlier facts. */
export function noteOrigin(origin: AnswerOrigin): void {
  const operation = activeContext().getValue(OPERATION_KEY) as (Told & { readonly ended?: boolean }) | undefined;
  if (operation !== undefined && operation.ended !== true) passOrigin(operation, origin);
}

/** Tells `operation` where its answer comes from. */
export function passOrigin(operation: object, origin: AnswerOrigin): void {
  (operation as Told)[ORIGIN_KEY] = { ...originOf(operation), ...origin };
}

/** What {@link noteOrigin} has said to `operation`. */
export const originOf = (operation: object): AnswerOrigin | undefined => (operation as Told)[ORIGIN_KEY];

/** Did the answer come without a call of a model? */
export const isFromCache = ({ cache }: AnswerOrigin): boolean =>
  cache === 'hit' || cache === 'stale' || cache === 'coalesced';
