/** The function that a layer wraps, and the function that a layer gives back. */

import type { GenerationUsage } from '../facts/generation-usage.ts';

/** Options of one call of a wrapped function. */
export interface CallOptions {
  /** Aborts the call; the call rejects at once with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** `bypass`: neither looked up nor stored. `refresh`: not looked up, the answer is stored. */
  readonly cache?: 'bypass' | 'refresh' | undefined;
}

/** The second argument of a function in a layer. */
export interface CallContext extends CallOptions {
  /** Aborted if the caller aborts, or a layer gives up the call. Pass the signal on to the SDK. */
  readonly signal: AbortSignal;
  /** The attempt of the router around the function, from 1. */
  readonly attempt: number;
  /** The route that the router around the function has chosen. */
  readonly route?: RouteFacts | undefined;
}

/**
 * A function that calls a model: the result is a value, a promise, an async iterable, or a promise of an async iterable.
 *
 * @example
 * ```ts
 * const ask: LlmFunction<string, Promise<string>> = async (question, { signal }) => {
 *   const answer = await openai.responses.create({ model: 'gpt-4o-mini', input: question }, { signal });
 *   return answer.output_text;
 * };
 * ```
 */
export type LlmFunction<I, R> = (input: I, context: CallContext) => R;

/** The result of a wrapped function: a stream is a plain async iterator, whether the stream is recorded or new. */
export type Settled<R> = Awaited<R> extends AsyncIterable<infer C> ? AsyncIterableIterator<C> : Awaited<R>;

/** A function in a layer. */
export type Wrapped<I, R> = (input: I, options?: CallOptions) => Promise<Settled<R>>;

/** Puts a function into a layer: a cache, a time limit. */
export type Layer = <I, R>(fn: LlmFunction<I, R>) => Wrapped<I, R>;

/** Token counts of an answer, as in `traceGeneration`. */
export type Usage = GenerationUsage;

/** Reads the token counts of a result; of a stream, from all chunks. `undefined` if there are no counts. */
export type UsageReader = (result: unknown) => Usage | undefined;

/** Prices of a route, in USD per million tokens. */
export interface RoutePrice {
  readonly input: number;
  readonly output: number;
}

/** The facts of a route that a routing function, and the function of the route, can read. */
export interface RouteFacts {
  /** Name in spans, metrics and `stats()`; every route of a router has a name of its own. */
  readonly name: string;
  /** Provider as in `gen_ai.provider.name`, for the price of the route. */
  readonly provider?: string | undefined;
  /** Model of the route, for the price; at the fetch layer also written into `model` of the body of a request. */
  readonly model?: string | undefined;
  /** Price of the route; without, the list price of `provider` and `model`. */
  readonly price?: RoutePrice | undefined;
  /** Share of the calls with the strategy `weighted`. Default: 1. */
  readonly weight?: number | undefined;
}
