import { describe, expect, test } from 'vitest';
import { endpointOf, endpointOfSdk, providerOfHost } from '../../../src/providers/reading/endpoint.ts';
import { rowsOf } from '../../support/source-tables.ts';

const HOSTS: readonly (readonly [host: string, provider: string | undefined])[] = [
  ['api.openai.com', 'openai'],
  ['my-resource.openai.azure.com', 'azure.ai.openai'],
  ['my-resource.services.ai.azure.com', 'azure.ai.openai'],
  ['my-resource.cognitiveservices.azure.com', 'azure.ai.openai'],
  ['api.anthropic.com', 'anthropic'],
  ['api.mistral.ai', 'mistral_ai'],
  ['codestral.mistral.ai', 'mistral_ai'],
  ['api.groq.com', 'groq'],
  ['api.deepseek.com', 'deepseek'],
  ['api.x.ai', 'x_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.moonshot.ai', 'moonshot_ai'],
  ['api.moonshot.cn', 'moonshot_ai'],
  ['api.cohere.ai', 'cohere'],
  ['api.cohere.com', 'cohere'],
  ['us-south.ml.cloud.ibm.com', 'ibm.watsonx.ai'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['us-central1-aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['bedrock-runtime.us-east-1.amazonaws.com', 'aws.bedrock'],
  ['bedrock-runtime.cn-north-1.amazonaws.com.cn', 'aws.bedrock'],
  ['bedrock-mantle.us-east-1.api.aws', 'aws.bedrock'],
  ['s3.us-east-1.amazonaws.com', undefined],
  ['openrouter.ai', 'openrouter'],
  ['api.together.xyz', 'together_ai'],
  ['api.together.ai', 'together_ai'],
  ['api.fireworks.ai', 'fireworks_ai'],
  ['api.cerebras.ai', 'cerebras'],
  ['api.sambanova.ai', 'sambanova'],
  ['api.hyperbolic.xyz', 'hyperbolic'],
  ['api.novita.ai', 'novita_ai'],
  ['api.deepinfra.com', 'deepinfra'],
  ['integrate.api.nvidia.com', 'nvidia_nim'],
  ['api.ai21.com', 'ai21'],
  ['api.writer.com', 'writer'],
  ['api.voyageai.com', 'voyage_ai'],
  ['api.z.ai', 'z_ai'],
  ['open.bigmodel.cn', 'z_ai'],
  ['dashscope.aliyuncs.com', 'alibaba_cloud'],
  ['dashscope-intl.aliyuncs.com', 'alibaba_cloud'],
  ['router.huggingface.co', 'hugging_face'],
  ['api-inference.huggingface.co', 'hugging_face'],
  ['models.github.ai', 'github_models'],
  ['models.inference.ai.azure.com', 'azure.ai.inference'],
  ['api.portkey.ai', 'portkey'],
  ['ai-gateway.vercel.sh', 'vercel_ai_gateway'],
  ['gateway.ai.cloudflare.com', 'cloudflare_ai_gateway'],
  ['account.snowflakecomputing.com', 'snowflake'],
  ['llm.corp.example', undefined],
  ['evilapi.openai.com.example', undefined],
  ['notopenrouter.ai', undefined],
  ['localhost', undefined],
  ['constructor', undefined],
  ['', undefined],
];

test.each(HOSTS)('%s is %s', (host, provider) => {
  expect(providerOfHost(host, {})).toBe(provider);
});

test('every host of the table has a row here', () => {
  const hosts = HOSTS.map(([host]) => host);
  const untested = rowsOf(SOURCE, 'HOSTS').filter((host) => !hosts.some((tested) => isOf(tested, host)));
  expect(untested).toEqual([]);
});

const SOURCE = 'src/providers/reading/endpoint.ts';
const isOf = (tested: string, host: string): boolean =>
  /^[.-]/.test(host) ? tested.endsWith(host) && tested !== host : tested === host;

describe("the user's own table", () => {
  const hosts = { 'llm.corp.example': 'openai', '*.gw.example': 'groq', 'api.openai.com': 'my_proxy' };
  test.each([
    ['llm.corp.example', 'openai'],
    ['eu.gw.example', 'groq'],
    ['a.b.gw.example', 'groq'],
    ['gw.example', undefined],
    ['notgw.example', undefined],
    ['api.openai.com', 'my_proxy'],
    ['api.groq.com', 'groq'],
    ['constructor', undefined],
  ])('%s is %s', (host, provider) => {
    expect(providerOfHost(host, hosts)).toBe(provider);
  });
});

class OpenAI {
  baseURL: unknown;
  constructor(baseURL?: unknown, fields: object = {}) {
    this.baseURL = baseURL;
    Object.assign(this, fields);
  }
}
class AzureOpenAI extends OpenAI {}
class MyAzure extends AzureOpenAI {}
class BedrockOpenAI extends OpenAI {}
class AnthropicBedrock extends OpenAI {}
class AnthropicVertex extends OpenAI {}

const CLIENTS: readonly (readonly [about: string, client: unknown, expected: object])[] = [
  [
    'the default',
    new OpenAI('https://api.openai.com/v1'),
    { provider: 'openai', address: 'api.openai.com', port: 443 },
  ],
  ['http', new OpenAI('http://127.0.0.1/v1'), { provider: 'fallback', address: '127.0.0.1', port: 80 }],
  ['a port', new OpenAI('http://localhost:11434/v1'), { provider: 'fallback', address: 'localhost', port: 11434 }],
  ['IPv6', new OpenAI('http://[::1]:8080/v1'), { provider: 'fallback', address: '::1', port: 8080 }],
  [
    'a known host',
    new OpenAI('https://api.groq.com/openai/v1'),
    { provider: 'groq', address: 'api.groq.com', port: 443 },
  ],
  ['upper case', new OpenAI('https://API.GROQ.COM'), { provider: 'groq', address: 'api.groq.com', port: 443 }],
  [
    'Azure by class',
    new AzureOpenAI('https://proxy.example/x'),
    { provider: 'azure.ai.openai', address: 'proxy.example' },
  ],
  ['a subclass of it', new MyAzure('https://proxy.example/x'), { provider: 'azure.ai.openai' }],
  ['the class goes before the host', new AzureOpenAI('https://api.openai.com'), { provider: 'azure.ai.openai' }],
  ['Bedrock by class', new BedrockOpenAI('https://proxy.example'), { provider: 'aws.bedrock' }],
  ['Anthropic on Bedrock', new AnthropicBedrock('https://proxy.example'), { provider: 'aws.bedrock' }],
  ['Anthropic on Vertex', new AnthropicVertex('https://proxy.example'), { provider: 'gcp.vertex_ai' }],
  [
    'openai 7: a provider',
    new OpenAI('https://p.example', { _provider: { name: 'azure' } }),
    { provider: 'azure.ai.openai' },
  ],
  [
    'an unknown provider',
    new OpenAI('https://p.example', { _provider: { name: 'constructor' } }),
    { provider: 'fallback' },
  ],
  ['no URL', new OpenAI(), { provider: 'fallback', address: undefined, port: undefined }],
  ['an empty URL', new OpenAI(''), { provider: 'fallback', address: undefined }],
  ['no URL at all', new OpenAI('not a url'), { provider: 'fallback', address: undefined }],
  ['a URL object', new OpenAI(new URL('https://api.groq.com')), { provider: 'fallback', address: undefined }],
  ['no client', undefined, { provider: 'fallback' }],
  ['a string', 'client', { provider: 'fallback' }],
  ['an object without prototype', Object.create(null), { provider: 'fallback' }],
];

/** Every class of an SDK, and every `provider:` option of openai 7. */
const NAMED = {
  CLIENT_CLASSES: {
    AzureOpenAI: 'azure.ai.openai',
    BedrockOpenAI: 'aws.bedrock',
    AnthropicBedrock: 'aws.bedrock',
    AnthropicBedrockMantle: 'aws.bedrock',
    AnthropicVertex: 'gcp.vertex_ai',
  },
  CLIENT_PROVIDERS: { azure: 'azure.ai.openai', bedrock: 'aws.bedrock', vertex: 'gcp.vertex_ai' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

test.each(Object.entries(NAMED.CLIENT_CLASSES))('a client of the class %s is %s', (name, provider) => {
  const client = new ({ [name]: class extends OpenAI {} }[name] as typeof OpenAI)('https://proxy.example');
  Object.defineProperty(client.constructor, 'name', { value: name });
  expect(endpointOf(client, 'fallback', {}).provider).toBe(provider);
});

test.each(Object.entries(NAMED.CLIENT_PROVIDERS))('a client of the provider %s is %s', (name, provider) => {
  const client = new OpenAI('https://proxy.example', { _provider: { name } });
  expect(endpointOf(client, 'fallback', {}).provider).toBe(provider);
});

test.each(Object.entries(NAMED))('every row of %s has one here', (table, rows) => {
  expect(rowsOf(SOURCE, table).sort()).toEqual(Object.keys(rows).sort());
});

test.each(CLIENTS)('client: %s', (_, client, expected) => {
  expect(endpointOf(client, 'fallback', {})).toMatchObject(expected);
  expect(endpointOf(client, 'fallback', {})).toMatchObject(expected);
});

test('found anew when the base URL or the table changes, else kept', () => {
  const client = new OpenAI('https://api.groq.com/v1');
  const none = {};
  const first = endpointOf(client, 'openai', none);
  expect(endpointOf(client, 'openai', none)).toBe(first);
  expect(endpointOf(client, 'openai', { 'api.groq.com': 'mine' }).provider).toBe('mine');
  client.baseURL = 'https://api.deepseek.com';
  expect(endpointOf(client, 'openai', none).provider).toBe('deepseek');
});

test.each([
  ['the provider of the SDK', 'https://api.acme.example/v1', {}, 'acme'],
  ['a host that is known as another provider', 'https://api.openai.com/v1', {}, 'acme'],
  ['the table of the user', 'https://llm.corp.example/v1', { 'llm.corp.example': 'corp' }, 'corp'],
  ['no base URL', undefined, {}, 'acme'],
])('an SDK for one provider: %s', (_, baseURL, hosts, provider) => {
  expect(endpointOfSdk({ baseURL }, 'acme', hosts).provider).toBe(provider);
});
