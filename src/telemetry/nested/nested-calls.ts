/**
 * One model span for each request that reaches a model, whichever layers see it: a call of the same kind inside a call
 * that is being recorded makes no span and no metrics, and tells the outer one what it learned. What the outer call knows
 * itself stays. What it lacks comes from the inner call, of several from the last that was answered.
 *
 * Tokens and cost are those of all inner calls together, since all of them were made for the outer one. If one was
 * answered and its tokens or its price are not known, neither is the sum.
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
import { completedUsage, sumOfCosts, sumOfUsage } from './nested-usage.ts';

/** What an inner call has learned when it ends. */
export interface InnerCall {
  readonly request: RequestFacts;
  readonly response: ResponseFacts | undefined;
  /** An answer, or a part of one, has come: tokens were spent. */
  readonly answered: boolean;
  readonly cost: Cost | undefined;
  /** Of {@link now}. */
  readonly firstChunk: number | undefined;
  /** While content is captured. */
  readonly content: CallContent | undefined;
}

/** An inner call that has not ended. */
export interface OpenInnerCall {
  /** Ends it by an answer that has come in full, if one has. */
  readonly endWithReceived: (() => void) | undefined;
  /** Ends it with what is known so far. */
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
  end(call: OpenInnerCall, results: InnerCall): void {
    this.#open.delete(call);
    this.#ended.push(results);
  }

  /** What all of them told. Those that are still open end here: an abandoned loop closes its stream after the outer one. */
  told(): readonly InnerCall[] {
    for (const call of [...this.#open]) {
      call.endWithReceived?.();
      call.cancel();
    }
    return this.#ended;
  }
}

/** What is known of a call when it ends. */
export interface CallResult {
  readonly response: ResponseFacts | undefined;
  readonly cost?: Cost | undefined;
  /** Request attributes that were not known when the span started. */
  readonly late?: Attributes;
  /** Name of the span, if it was not known when it started. */
  readonly name?: string | undefined;
  /** Of the inner calls, by {@link now}. */
  readonly firstChunk?: number | undefined;
  /** Of the inner calls. */
  readonly content?: CallContent | undefined;
}

/** What is known of a call that started at `started`, and of the inner calls it made. Never throws. */
export function resolveResult(
  request: RequestFacts,
  response: ResponseFacts | undefined,
  inner: InnerCalls | undefined,
  started: number,
  config: Config,
): CallResult & { readonly request: RequestFacts } {
  try {
    if (inner !== undefined) return completeByInnerCalls(request, response, inner.told(), started, config);
  } catch (error) {
    swallow(error);
  }
  return { request, response, cost: costOfCall(request, response, config) };
}

/** `request` and `response` of a call that started at `started`, completed by what its inner calls `told`. */
export function completeByInnerCalls(
  request: RequestFacts,
  response: ResponseFacts | undefined,
  told: readonly InnerCall[],
  started: number,
  config: Config,
): CallResult & { readonly request: RequestFacts } {
  const main = told.findLast(({ answered }) => answered) ?? told.at(-1);
  if (main === undefined) return { request, response, cost: costOfCall(request, response, config) };
  const completed = completeRequest(request, main.request);
  const { usage, fromInner } = completedUsage(response?.usage, sumOfUsage(told));
  const answer = completeResponse(response, main, usage, started);
  // Calls of several models have no price of their own together.
  const priced = response?.usage !== undefined || told.filter(({ answered }) => answered).length < 2;
  const inner = fromInner ? sumOfCosts(told) : undefined;
  const name = spanName(completed);
  return {
    request: completed,
    response: answer,
    cost: inner ?? (priced ? costOfCall(completed, answer, config) : undefined),
    late: added(startAttributes(completed), request.attributes),
    name: name === spanName(request) ? undefined : name,
    firstChunk: main.firstChunk,
    content: main.content,
  };
}

/** What `all` says that `before` did not: the rest is on the span since its start, where a hook may have changed it. */
function added(all: Attributes, before: Attributes): Attributes {
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => before[name] !== value));
}

function completeRequest(own: RequestFacts, inner: RequestFacts): RequestFacts {
  const place = own.address === undefined ? inner : own;
  return {
    ...own,
    model: own.model ?? inner.model,
    address: place.address,
    port: place.port,
    tier: own.tier ?? inner.tier,
    attributes: withInnerAttributes(own.attributes, inner.attributes),
  };
}

function completeResponse(
  own: ResponseFacts | undefined,
  { response: inner, firstChunk }: InnerCall,
  usage: ResponseFacts['usage'],
  started: number,
): ResponseFacts | undefined {
  if (own === undefined && inner === undefined && usage === undefined) return undefined;
  const attributes: Attributes = { ...inner?.attributes, ...own?.attributes };
  if (firstChunk !== undefined) attributes[RESPONSE_TIME_TO_FIRST_CHUNK] = (firstChunk - started) / 1000;
  return {
    id: own?.id ?? inner?.id,
    model: own?.model ?? inner?.model,
    finishReasons: own?.finishReasons?.length ? own.finishReasons : inner?.finishReasons,
    usage,
    tier: own?.tier ?? inner?.tier,
    region: own?.region ?? inner?.region,
    attributes,
    failure: own?.failure,
  };
}
