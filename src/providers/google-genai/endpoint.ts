import { addressOf, type Endpoint } from '../reading/endpoint.ts';
import { asObject } from '../reading/unknown-values.ts';

/** The methods of genai's `ApiClient` that tell the endpoint. */
interface ApiClient {
  isVertexAI?(): boolean;
  getBaseUrl?(): string;
}

/** Endpoint of a request: `baseUrl` of the request, else the client's. */
export function endpointOf(apiClient: unknown, baseUrl?: unknown): Endpoint {
  const client = asObject(apiClient) as ApiClient | undefined;
  return {
    provider: client?.isVertexAI?.() === true ? 'gcp.vertex_ai' : 'gcp.gemini',
    ...addressOf(baseUrl ?? client?.getBaseUrl?.()),
  };
}
