import { asRecord } from '../../runtime/exception-name.ts';
import { readSafely } from '../../runtime/guard.ts';
import { warnOnce } from '../../runtime/log.ts';
import { checkOptions } from '../check-options.ts';
import { layeredFetch } from './create-fetch.ts';
import type { FetchLayers } from './fetch-options.ts';

type Fetch = typeof globalThis.fetch;

/** The `fetch` that a client had before the layers, by the `fetch` with the layers: wrapping again replaces the layers. */
const unwrapped = new WeakMap<object, Fetch | undefined>();

/**
 * Gives one client of an SDK a cache, time limits and a router: the instance, and its copies by `withOptions()`. Other clients of
 * the class stay as they are. Works with clients made by Stainless (openai, Azure, Anthropic, Bedrock, Vertex AI, groq) and with
 * `@google/genai` >= 2; another client comes back untouched, with one warning. Returns the same object.
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
  if (typeof fetch === 'function' && typeof baseURL === 'string') {
    (client as { fetch: Fetch }).fetch = wrapped(layers, fetch as Fetch, baseURL);
  } else if (httpOptions !== undefined) {
    httpOptions.fetch = wrapped(layers, httpOptions.fetch, undefined);
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

/** The options of `@google/genai` >= 2, whose client reads `fetch` with each request. */
function httpOptionsOf(client: unknown): { fetch?: Fetch } | undefined {
  const { apiClient } = asRecord(client);
  const { clientOptions, apiCall } = asRecord(apiClient);
  const options = asRecord(clientOptions).httpOptions;
  const takesFetch = typeof apiCall === 'function' && apiCall.length >= 6;
  return takesFetch && typeof options === 'object' && options !== null ? (options as { fetch?: Fetch }) : undefined;
}
