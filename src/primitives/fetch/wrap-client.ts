import { asRecord } from '../../runtime/exception-name.ts';
import { readSafely } from '../../runtime/guard.ts';
import { warnOnce } from '../../runtime/log.ts';
import { checkOptions } from '../check-options.ts';
import { layeredFetch } from './create-fetch.ts';
import type { FetchLayers } from './fetch-options.ts';
import { type ApiCall, apiCallOfFetch, apiClientOf, fetchOfApiCall, httpOptionsOf } from './genai-client.ts';

type Fetch = typeof globalThis.fetch;

/** The `fetch` that a client had before the layers, by the `fetch` with the layers: wrapping again replaces the layers. */
const unwrapped = new WeakMap<object, Fetch | undefined>();
/** The same for `apiCall` of a client of `@google/genai`. */
const unwrappedCalls = new WeakMap<object, ApiCall>();

/**
 * Gives one client of an SDK a cache, time limits and a router: the instance, and its copies by `withOptions()`. Other clients of
 * the class stay as they are. Works with clients made by Stainless (openai, Azure, Anthropic, Bedrock, Vertex AI, groq) and with
 * `@google/genai`; another client comes back untouched, with one warning. Returns the same object.
 *
 * @throws TypeError and RangeError for wrong options of the layers
 * @example
 * ```ts
 * const anthropic = wrapClient(new Anthropic(), { timeout: { firstChunkMs: 5_000 } });
 * ```
 */
export function wrapClient<C>(client: C, layers: FetchLayers): C {
  checkOptions('wrapClient', layers, {});
  const { fetch, baseURL } = asRecord(client);
  const httpOptions = readSafely(() => httpOptionsOf(client), undefined);
  const apiClient = readSafely(() => apiClientOf(client), undefined);
  if (typeof fetch === 'function' && typeof baseURL === 'string') {
    (client as { fetch: Fetch }).fetch = wrapped(layers, fetch as Fetch, baseURL);
  } else if (httpOptions !== undefined) {
    httpOptions.fetch = wrapped(layers, httpOptions.fetch, undefined);
  } else if (apiClient !== undefined) {
    apiClient.apiCall = wrappedCall(layers, apiClient);
  } else
    warnOnce(
      'wrapClient: this client has no fetch that can be replaced, and stays as it is. Pass createFetch() to it.',
    );
  return client;
}

function wrapped(layers: FetchLayers, current: Fetch | undefined, baseURL: string | undefined): Fetch {
  const base = current !== undefined && unwrapped.has(current) ? unwrapped.get(current) : current;
  const fetch = layeredFetch('wrapClient', layers, base, baseURL);
  unwrapped.set(fetch, base);
  return fetch;
}

function wrappedCall(layers: FetchLayers, apiClient: { readonly apiCall: ApiCall }): ApiCall {
  const { apiCall } = apiClient;
  const base = unwrappedCalls.get(apiCall) ?? apiCall;
  const call = apiCallOfFetch(layeredFetch('wrapClient', layers, fetchOfApiCall(base, apiClient), undefined));
  unwrappedCalls.set(call, base);
  return call;
}
