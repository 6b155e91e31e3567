import { asRecord } from '../../runtime/exception-name.ts';

type Fetch = typeof globalThis.fetch;

/** `apiCall` of the client of `@google/genai`: `(url, init)`, and since 2.11 also retries, a time limit and a signal. */
export type ApiCall = (url: string, init: GenaiInit, ...more: GenaiArguments) => Promise<Response>;

type GenaiArguments = [retryOptions?: unknown, timeout?: unknown, signal?: AbortSignal, ...later: unknown[]];

/** Carries the further arguments of one `apiCall` through the layers, which keep unknown fields of a request. */
const ARGUMENTS = Symbol('arguments of apiCall');

type GenaiInit = RequestInit & { [ARGUMENTS]?: GenaiArguments };

/** The options of a client that reads `fetch` with each request: the last argument of `apiCall`, since the end of 2.x. */
export function httpOptionsOf(client: unknown): { fetch?: Fetch } | undefined {
  const { clientOptions, apiCall } = asRecord(asRecord(client).apiClient);
  const options = asRecord(clientOptions).httpOptions;
  const takesFetch = typeof apiCall === 'function' && apiCall.length >= 6;
  return takesFetch && typeof options === 'object' && options !== null ? (options as { fetch?: Fetch }) : undefined;
}

/** The object whose `apiCall` sends every request of a client before that. */
export function apiClientOf(client: unknown): { apiCall: ApiCall } | undefined {
  const { apiClient } = asRecord(client);
  const { clientOptions, apiCall } = asRecord(apiClient);
  const isGenai = typeof clientOptions === 'object' && typeof apiCall === 'function';
  return isGenai ? (apiClient as { apiCall: ApiCall }) : undefined;
}

/** `apiCall` as a `fetch`: the retries of the SDK stay, inside of the layers. */
export function fetchOfApiCall(apiCall: ApiCall, apiClient: object): Fetch {
  return ((url: string, { [ARGUMENTS]: more = [], ...init }: GenaiInit = {}) => {
    const [retryOptions, timeout, , ...later] = more;
    // The SDK makes a signal for each attempt, and takes no signal of `init` then.
    return apiCall.call(apiClient, url, init, retryOptions, timeout, init.signal ?? undefined, ...later);
  }) as Fetch;
}

/** A `fetch` with layers as `apiCall`. */
export function apiCallOfFetch(fetch: Fetch): ApiCall {
  return (url, init, ...more) => {
    const signal = more[2] ?? init?.signal;
    return fetch(url, { ...init, ...(signal && { signal }), [ARGUMENTS]: more } as GenaiInit);
  };
}
