/** Which provider is behind a model of the AI SDK, and where it is. */
import type { ProviderHosts } from '../../facts/call.ts';
import { addressOf, type Endpoint, providerOfHost } from '../reading/endpoint.ts';
import { asObject, asString } from '../reading/unknown-values.ts';

/**
 * How the AI SDK's ids begin, up to a dot, a hyphen or their end, to `gen_ai.provider.name`; of several that fit the longest.
 * What is not here is called by the part before the first dot (`openai.chat`, `groq.chat`, `ollama.responses`).
 */
const IDS = {
  'google.vertex': 'gcp.vertex_ai',
  'google-vertex': 'gcp.vertex_ai',
  googleVertex: 'gcp.vertex_ai',
  vertex: 'gcp.vertex_ai',
  google: 'gcp.gemini',
  'azure-anthropic': 'azure.ai.inference',
  azure: 'azure.ai.openai',
  'amazon-bedrock': 'aws.bedrock',
  bedrock: 'aws.bedrock',
  mistral: 'mistral_ai',
  xai: 'x_ai',
  togetherai: 'together_ai',
  fireworks: 'fireworks_ai',
  moonshotai: 'moonshot_ai',
  alibaba: 'alibaba_cloud',
  huggingface: 'hugging_face',
  gateway: 'vercel_ai_gateway',
  voyage: 'voyage_ai',
} as const satisfies Readonly<Record<string, string>>;

const STARTS = Object.entries(IDS).sort(([a], [b]) => b.length - a.length);

/** `gen_ai.provider.name` of an AI SDK provider id; `_OTHER` where there is none. */
export function providerOfId(id: unknown): string {
  const text = asString(id);
  if (text === undefined) return '_OTHER';
  const found = STARTS.find(([start]) => text.startsWith(start) && /^(?:[.-]|$)/.test(text.slice(start.length)));
  return found?.[1] ?? text.split('.', 1)[0] ?? text;
}

const urls = new WeakMap<object, string | undefined>();

/** The URL that a model sends its requests to, from the configuration that the models of the known providers keep. */
function urlOf(model: object): string | undefined {
  if (urls.has(model)) return urls.get(model);
  let url: string | undefined;
  try {
    const config = asObject((model as { readonly config?: unknown }).config);
    url =
      asUrl(config?.baseURL) ??
      asUrl(config?.baseUrl) ??
      asUrl(config?.url, { path: '', modelId: String((model as { readonly modelId?: unknown }).modelId) });
  } catch {
    url = undefined; // a configuration that cannot be read without a request: settings that are loaded from the environment
  }
  urls.set(model, url);
  return url;
}

function asUrl(value: unknown, options?: object): string | undefined {
  const url: unknown = typeof value === 'function' ? value(options) : value;
  return asString(url instanceof URL ? url.href : url);
}

/** The endpoint of a model: a known host says more than the id, which the application may have given itself. */
export function endpointOfModel(model: unknown, hosts: ProviderHosts): Endpoint {
  if (typeof model !== 'object' || model === null) return { provider: '_OTHER' };
  const place = addressOf(urlOf(model));
  const own = place.address === undefined ? undefined : providerOfHost(place.address, hosts);
  return { provider: own ?? providerOfId((model as { readonly provider?: unknown }).provider), ...place };
}
