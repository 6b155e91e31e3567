import { addressOf, type Endpoint } from '../reading/endpoint.ts';
import { asObject } from '../reading/unknown-values.ts';

/** The part of genai's `ApiClient` that is used here. */
interface ApiClient {
  isVertexAI?(): boolean;
  getBaseUrl?(): string;
}

/** Where a client sends its requests; `baseUrl` of a single request goes before the client's. */
export function endpointOf(apiClient: unknown, baseUrl?: unknown): Endpoint {
  const client = asObject(apiClient) as ApiClient | undefined;
  return {
    provider: client?.isVertexAI?.() === true ? 'gcp.vertex_ai' : 'gcp.gemini',
    ...addressOf(baseUrl ?? client?.getBaseUrl?.()),
  };
}
