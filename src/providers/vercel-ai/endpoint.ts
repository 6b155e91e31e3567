/** Name and address of the provider behind a model of the AI SDK. */
import type { ProviderHosts } from '../../facts/call.ts';
import { addressOf, type Endpoint, providerOfHost } from '../reading/endpoint.ts';
import { asObject, asString } from '../reading/unknown-values.ts';

/**
 * `gen_ai.provider.name` by the start of the AI SDK's provider id, up to a dot, a hyphen or the end of the id; the longest
 * match wins. A provider without a row is named by the part before the first dot (`openai.chat`, `groq.chat`,
 * `ollama.responses`).
 */
const PROVIDER_BY_ID_START = {
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

const LONGEST_FIRST = Object.entries(PROVIDER_BY_ID_START).sort(([a], [b]) => b.length - a.length);

/** `gen_ai.provider.name` of an AI SDK provider id; `_OTHER` if the model has no id. */
export function providerOfId(id: unknown): string {
  const text = asString(id);
  if (text === undefined) return '_OTHER';
  const found = LONGEST_FIRST.find(([start]) => text.startsWith(start) && /^(?:[.-]|$)/.test(text.slice(start.length)));
  return found?.[1] ?? text.split('.', 1)[0] ?? text;
}

const urls = new WeakMap<object, string | undefined>();

/** The URL of a model's requests, read from the configuration that models of Vercel's provider packages keep. */
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
    url = undefined; // settings that the package loads from the environment can be read only during a request
  }
  urls.set(model, url);
  return url;
}

function asUrl(value: unknown, options?: object): string | undefined {
  const url: unknown = typeof value === 'function' ? value(options) : value;
  return asString(url instanceof URL ? url.href : url);
}

/** The endpoint of a model. The host names the provider before the id does, because an application may choose the id. */
export function endpointOfModel(model: unknown, hosts: ProviderHosts): Endpoint {
  if (typeof model !== 'object' || model === null) return { provider: '_OTHER' };
  const address = addressOf(urlOf(model));
  const providerByHost = address.address === undefined ? undefined : providerOfHost(address.address, hosts);
  const { provider } = model as { readonly provider?: unknown };
  return { provider: providerByHost ?? providerOfId(provider), ...address };
}
