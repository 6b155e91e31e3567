/**
 * One model span for each request to a model, no matter how many layers see the request. A call of the same kind inside a
 * recorded call makes no span and no metrics, and hands its result to the outer call. Values of the outer call stay. Missing
 * values are copied from the inner call; with several inner calls, from the last answered inner call.
 *
 * Tokens and cost are the sums over all inner calls, because all of them were made for the outer call. If tokens or price
 * of an answered inner call are unknown, the sum is unknown too.
 */
import type { Attributes } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { RequestFacts, ResponseFacts } from '../../facts/call.ts';
import type { Cost } from '../../facts/prices.ts';
import { RESPONSE_TIME_TO_FIRST_CHUNK } from '../../facts/semconv.ts';
import { swallow } from '../../runtime/guard.ts';
import { withInnerAttributes } from '../../scope/custom-attributes.ts';
import type { CallContent } from '../content/prepare.ts';
import { spanName, startAttributes } from '../signals/attributes.ts';
import { costOfCall } from './call-cost.ts';
import type { CallResult } from './call-result.ts';
import { completedUsage, sumOfCosts, sumOfUsage } from './nested-usage.ts';

/** Results of an inner call that has ended. */
export interface InnerCall {
  readonly request: RequestFacts;
  readonly response: ResponseFacts | undefined;
  /** An answer, or a part of an answer, has come: tokens were spent. */
  readonly answered: boolean;
  /** The call was cancelled or abandoned: its counts are lower bounds, and the cost is unknown. */
  readonly left?: boolean;
  readonly cost: Cost | undefined;
  /** When the first chunk came, in milliseconds of {@link now}. */
  readonly firstChunk: number | undefined;
  /** Present while content is captured. */
  readonly content: CallContent | undefined;
}

/** An inner call that has not ended. */
export interface OpenInnerCall {
  /** Ends the call with its answer, if the whole answer has come but was not read yet. */
  readonly endWithReceived: (() => void) | undefined;
  /** Ends the call with everything known so far. */
  cancel(): void;
}

/** The inner calls of one call. */
export class InnerCalls {
  readonly #open = new Set<OpenInnerCall>();
  readonly #ended: InnerCall[] = [];

  /** An inner call has started. */
  add(call: OpenInnerCall): void {
    this.#open.add(call);
  }

  /** An inner call has ended. */
  end(call: OpenInnerCall, result: InnerCall): void {
    this.#open.delete(call);
    this.#ended.push(result);
  }

  /** Results of all inner calls. Ends the open calls first: an abandoned loop closes its stream after the outer call. */
  endAll(): readonly InnerCall[] {
    for (const call of [...this.#open]) {
      call.endWithReceived?.();
      call.cancel();
    }
    return this.#ended;
  }
}

/** Result of a call, and its request completed by the inner calls. */
export interface CompletedCall extends CallResult {
  readonly request: RequestFacts;
}

/** Completes a call (start: `startTime`) by the inner calls. Never throws: after an error, the outer call is recorded alone. */
export function completeByInnerCalls(
  request: RequestFacts,
  response: ResponseFacts | undefined,
  inner: InnerCalls,
  startTime: number,
  config: Config,
): CompletedCall {
  try {
    const ended = inner.endAll();
    const main = ended.findLast(({ answered }) => answered) ?? ended.at(-1);
    if (main !== undefined) return completeBy(ended, main, request, response, startTime, config);
  } catch (error) {
    swallow(error);
  }
  return { request, response, cost: costOfCall(request, response, config) };
}

function completeBy(
  innerCalls: readonly InnerCall[],
  main: InnerCall,
  request: RequestFacts,
  response: ResponseFacts | undefined,
  startTime: number,
  config: Config,
): CompletedCall {
  const completed = completeRequest(request, main.request);
  const { usage, fromInner } = completedUsage(response?.usage, sumOfUsage(innerCalls));
  const answer = completeResponse(response, main, usage, startTime);
  // Calls of several models together have no single price.
  const hasPrice = response?.usage !== undefined || isPriced(innerCalls);
  const innerCost = fromInner ? sumOfCosts(innerCalls) : undefined;
  const name = spanName(completed);
  return {
    request: completed,
    response: answer,
    cost: innerCost ?? (hasPrice ? costOfCall(completed, answer, config) : undefined),
    lateAttributes: addedAttributes(startAttributes(completed), request.attributes),
    spanName: name === spanName(request) ? undefined : name,
    firstChunk: main.firstChunk,
    content: main.content,
  };
}

/** One answered call that was read to its end: the sum of the tokens is the number of tokens of one price. */
const isPriced = (calls: readonly InnerCall[]): boolean => {
  const answered = calls.filter((call) => call.answered);
  return answered.length < 2 && !answered.some(({ left }) => left === true);
};

/**
 * Attributes of `now` that `before` lacks or has with a different value. Equal attributes are on the span since its start, where
 * a hook may have changed the value.
 */
function addedAttributes(now: Attributes, before: Attributes): Attributes {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => before[name] !== value));
}

function completeRequest(outer: RequestFacts, inner: RequestFacts): RequestFacts {
  const endpoint = outer.address === undefined ? inner : outer;
  return {
    ...outer,
    model: outer.model ?? inner.model,
    address: endpoint.address,
    port: endpoint.port,
    tier: outer.tier ?? inner.tier,
    attributes: withInnerAttributes(outer.attributes, inner.attributes),
  };
}

function completeResponse(
  outer: ResponseFacts | undefined,
  { response: inner, firstChunk }: InnerCall,
  usage: ResponseFacts['usage'],
  startTime: number,
): ResponseFacts | undefined {
  if (outer === undefined && inner === undefined && usage === undefined) return undefined;
  const attributes: Attributes = { ...inner?.attributes, ...outer?.attributes };
  if (firstChunk !== undefined) attributes[RESPONSE_TIME_TO_FIRST_CHUNK] = (firstChunk - startTime) / 1000;
  return {
    id: outer?.id ?? inner?.id,
    model: outer?.model ?? inner?.model,
    finishReasons: outer?.finishReasons?.length ? outer.finishReasons : inner?.finishReasons,
    usage,
    tier: outer?.tier ?? inner?.tier,
    region: outer?.region ?? inner?.region,
    attributes,
    failure: outer?.failure,
  };
}
