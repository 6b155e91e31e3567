/** Clients of SDKs that have the shape of `openai`. */
import type OpenAI from 'openai';

type Sdk = Readonly<Record<string, unknown>>;

/** The body of every call. */
export const BODY = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello' }] } as const;

/** The class of clients in what an SDK exports. */
export function clientClassOf(sdk: Sdk, name: string): typeof OpenAI {
  return (sdk[name] ?? sdk.default) as typeof OpenAI;
}

/** A client of whichever SDK and version this is. */
export function newClient(sdk: Sdk, options: object, name = 'OpenAI'): OpenAI {
  const Client = clientClassOf(sdk, name);
  return new Client({ apiKey: 'key', ...options });
}

/** Options of one request. */
export function requestOptions(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
