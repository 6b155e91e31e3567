import type { ProviderHosts } from '../../facts/call.ts';
import { asObject, asString, entryOf } from './unknown-values.ts';

/** Provider and address of a client. */
export interface Endpoint {
  /** `gen_ai.provider.name` */
  readonly provider: string;
  readonly address?: string | undefined;
  readonly port?: number | undefined;
}

/** Client class to provider: a class that the application chose by name is more certain than a host. */
const CLIENT_CLASSES: Readonly<Record<string, string>> = {
  AzureOpenAI: 'azure.ai.openai',
  BedrockOpenAI: 'aws.bedrock',
  AnthropicBedrock: 'aws.bedrock',
  AnthropicBedrockMantle: 'aws.bedrock',
  AnthropicVertex: 'gcp.vertex_ai',
};

/** openai >= 7 `provider:` option to provider. */
const CLIENT_PROVIDERS: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  vertex: 'gcp.vertex_ai',
};

/** Host to provider; a leading `.` matches every subdomain. Names beyond the registry are the providers' own. */
const HOSTS = {
  'api.openai.com': 'openai',
  '.openai.azure.com': 'azure.ai.openai',
  '.services.ai.azure.com': 'azure.ai.openai',
  '.cognitiveservices.azure.com': 'azure.ai.openai',
  'api.anthropic.com': 'anthropic',
  'generativelanguage.googleapis.com': 'gcp.gemini',
  'aiplatform.googleapis.com': 'gcp.vertex_ai',
  '-aiplatform.googleapis.com': 'gcp.vertex_ai',
  'api.mistral.ai': 'mistral_ai',
  'codestral.mistral.ai': 'mistral_ai',
  'api.groq.com': 'groq',
  'api.deepseek.com': 'deepseek',
  'api.x.ai': 'x_ai',
  'api.perplexity.ai': 'perplexity',
  'api.moonshot.ai': 'moonshot_ai',
  'api.moonshot.cn': 'moonshot_ai',
  'api.cohere.ai': 'cohere',
  'api.cohere.com': 'cohere',
  '.ml.cloud.ibm.com': 'ibm.watsonx.ai',
  'openrouter.ai': 'openrouter',
  'api.together.xyz': 'together_ai',
  'api.together.ai': 'together_ai',
  'api.fireworks.ai': 'fireworks_ai',
  'api.cerebras.ai': 'cerebras',
  'api.sambanova.ai': 'sambanova',
  'api.hyperbolic.xyz': 'hyperbolic',
  'api.novita.ai': 'novita_ai',
  'api.deepinfra.com': 'deepinfra',
  'integrate.api.nvidia.com': 'nvidia_nim',
  'api.ai21.com': 'ai21',
  'api.writer.com': 'writer',
  'api.voyageai.com': 'voyage_ai',
  'api.z.ai': 'z_ai',
  'open.bigmodel.cn': 'z_ai',
  'dashscope.aliyuncs.com': 'alibaba_cloud',
  'dashscope-intl.aliyuncs.com': 'alibaba_cloud',
  'router.huggingface.co': 'hugging_face',
  'api-inference.huggingface.co': 'hugging_face',
  'models.github.ai': 'github_models',
  'models.inference.ai.azure.com': 'azure.ai.inference',
  'api.portkey.ai': 'portkey',
  'ai-gateway.vercel.sh': 'vercel_ai_gateway',
  'gateway.ai.cloudflare.com': 'cloudflare_ai_gateway',
  '.snowflakecomputing.com': 'snowflake',
} as const satisfies Readonly<Record<string, string>>;

/** `bedrock-runtime.us-east-1.amazonaws.com` and other regions; the remaining hosts of AWS are no model providers. */
const BEDROCK = /^bedrock[\w-]*\..*\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/;

const SUFFIXES = Object.entries(HOSTS).filter(([host]) => /^[.-]/.test(host));

/** Whether `name` of an option stands for `host`: the host itself, or `*.` and the end of the host. */
export const isHost = (name: string, host: string): boolean =>
  name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;

/** The provider of `host` in the option `providerHosts`; the exact name goes first. */
function userProvider(host: string, hosts: ProviderHosts): string | undefined {
  return entryOf(hosts, host) ?? Object.entries(hosts).find(([name]) => isHost(name, host))?.[1];
}

/** The provider behind `host`, the user's own table first. */
export function providerOfHost(host: string, hosts: ProviderHosts): string | undefined {
  const chosen = userProvider(host, hosts);
  if (chosen !== undefined) return chosen;
  if (BEDROCK.test(host)) return 'aws.bedrock';
  return entryOf(HOSTS, host) ?? SUFFIXES.find(([suffix]) => host.endsWith(suffix))?.[1];
}

interface KnownEndpoint {
  readonly baseURL: unknown;
  readonly hosts: ProviderHosts;
  readonly endpoint: Endpoint;
}

/** By client, because an endpoint is asked for at every call. */
const endpoints = new WeakMap<object, KnownEndpoint>();

/** Chooses the provider of a client, whose base URL has `host`. */
type ChooseProvider = (client: Readonly<Record<string, unknown>>, host: string | undefined) => string;

/** The endpoint of a client; found again only after the base URL of the client has changed. */
function endpointBy(choose: ChooseProvider, client: Record<string, unknown>, hosts: ProviderHosts): Endpoint {
  const { baseURL } = client;
  const before = endpoints.get(client);
  if (before !== undefined && before.baseURL === baseURL && before.hosts === hosts) return before.endpoint;
  const url = parse(baseURL);
  const endpoint: Endpoint = { provider: choose(client, url?.hostname), ...locate(url) };
  endpoints.set(client, { baseURL, hosts, endpoint });
  return endpoint;
}

/** The endpoint of an SDK for many servers: by the class of the client, then by the host of its base URL, else `fallback`. */
export function endpointOf(client: unknown, fallback: string, hosts: ProviderHosts): Endpoint {
  const fields = asObject(client);
  if (fields === undefined) return { provider: fallback };
  const choose: ChooseProvider = (options, host) =>
    classOf(options) ??
    entryOf(CLIENT_PROVIDERS, asString(asObject(options._provider)?.name) ?? '') ??
    (host === undefined ? undefined : providerOfHost(host, hosts)) ??
    fallback;
  return endpointBy(choose, fields, hosts);
}

/** The endpoint of an SDK for one provider: `provider`, unless the user's own table names another for the host. */
export function endpointOfSdk(client: unknown, provider: string, hosts: ProviderHosts): Endpoint {
  const fields = asObject(client);
  if (fields === undefined) return { provider };
  const choose: ChooseProvider = (_, host) => (host === undefined ? undefined : userProvider(host, hosts)) ?? provider;
  return endpointBy(choose, fields, hosts);
}

/** Most base URLs that are kept; an application has a handful. */
const MAX_URLS = 64;

const addresses = new Map<string, Pick<Endpoint, 'address' | 'port'>>();

/** Address and port of `baseURL`, for SDKs whose client names the provider. */
export function addressOf(baseURL: unknown): Pick<Endpoint, 'address' | 'port'> {
  if (typeof baseURL !== 'string') return {};
  const before = addresses.get(baseURL);
  if (before !== undefined) return before;
  const address = locate(parse(baseURL));
  if (addresses.size < MAX_URLS) addresses.set(baseURL, address);
  return address;
}

function locate(url: URL | undefined): Pick<Endpoint, 'address' | 'port'> {
  return {
    address: url?.hostname.replace(/^\[(.*)\]$/, '$1'), // an IPv6 address without the brackets of a URL
    port: url && (url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port)),
  };
}

function parse(url: unknown): URL | undefined {
  return typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
}

/** A subclass that the application wrote counts as the SDK class that the subclass extends. */
function classOf(client: object): string | undefined {
  for (
    let o: unknown = Object.getPrototypeOf(client);
    typeof o === 'object' && o !== null;
    o = Object.getPrototypeOf(o)
  ) {
    const name = (o as { constructor?: { name?: unknown } }).constructor?.name;
    if (typeof name === 'string' && Object.hasOwn(CLIENT_CLASSES, name)) return CLIENT_CLASSES[name];
  }
  return undefined;
}
