import { describe, expect, test } from 'vitest';
import { endpointOf, providerOfHost } from '../../../src/providers/reading/endpoint.ts';

const HOSTS: readonly (readonly [host: string, provider: string | undefined])[] = [
  ['api.openai.com', 'openai'],
  ['my-resource.openai.azure.com', 'azure.ai.openai'],
  ['my-resource.services.ai.azure.com', 'azure.ai.openai'],
  ['api.mistral.ai', 'mistral_ai'],
  ['api.groq.com', 'groq'],
  ['api.deepseek.com', 'deepseek'],
  ['api.x.ai', 'x_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['us-central1-aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['bedrock-runtime.us-east-1.amazonaws.com', 'aws.bedrock'],
  ['openrouter.ai', 'openrouter'],
  ['api.together.xyz', 'together_ai'],
  ['api.together.ai', 'together_ai'],
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
