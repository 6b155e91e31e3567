/** What the fetch layer and the cache say to each other. */

import type { CallOptions } from '../types.ts';

/** The wire formats whose outputs and ends are known. `undefined`: any other format. */
export type WireFormat = 'openai_chat' | 'openai_responses' | 'anthropic' | 'gemini';

/** One request of an SDK, read once for all layers. */
export interface FetchCall {
  /** Label in metrics and names of spans: option `name` of the layer goes first. `chat`, `embeddings`, `messages`, ... */
  readonly operation: string;
  /** False for requests that are no inference: the cache lets such requests pass with the reason `not_inference`. */
  readonly isInference: boolean;
  readonly format: WireFormat | undefined;
  readonly method: string;
  /** Without credentials, neither in the user part nor in the query. */
  readonly url: string;
  /** Headers of the SDK, without `x-llm-otel-cache`. */
  readonly headers: Headers;
  /** Everything that identifies the account: authorization, api-key, x-api-key, x-goog-api-key, `key` of the query, cookies. */
  readonly credentials: readonly string[];
  /** Body of the request; `undefined` for no body, and for a body that can be read once only. */
  readonly body: string | Uint8Array | undefined;
  /** The parsed body; `undefined` if the body is no JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** The body is a stream or a form: the cache lets the request pass with the reason `unkeyable`. */
  readonly hasOpaqueBody: boolean;
  /** Provider as in `gen_ai.provider.name`, by the host of the URL, for prices; `undefined` for an unknown host. */
  readonly provider: string | undefined;
  readonly signal: AbortSignal;
  /** From the request header `x-llm-otel-cache`. */
  readonly cache: CallOptions['cache'];
}

/** Called once with `llm_otel.cache.outcome`, as soon as the cache has the answer, or knows that there is none. */
export type NoteOutcome = (outcome: string) => void;

/** Sends the request through the layers below the cache. The response's body is read by the cache alone. */
export type SendUpstream = (signal: AbortSignal) => Promise<Response>;

/** The engine of a cache, as the fetch layer uses the engine. `createCache` puts the engine into the layer. */
export interface CacheEngine {
  /** The option `staleWhileRevalidateMs` is in use, which is for functions only. */
  readonly servesStale: boolean;
  /** Answers from the store, else by `send`, and records the answer while the answer passes. */
  fetch(call: FetchCall, send: SendUpstream, onOutcome?: NoteOutcome): Promise<Response>;
}

/** Property of a layer of `createCache` with its engine, hidden from enumeration. */
export const CACHE_ENGINE: unique symbol = Symbol('@x/llm-otel.cache-engine');

/** A cache layer with its engine. */
export interface WithCacheEngine {
  readonly [CACHE_ENGINE]: CacheEngine;
}
