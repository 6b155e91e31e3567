import { describe, expect, test } from 'vitest';
import { endpointOfModel, providerOfId } from '../../../src/providers/vercel-ai/endpoint.ts';
import { rowsOf } from '../../support/source-tables.ts';

/** Ids that the packages of `@ai-sdk` and others give their models. */
const IDS: readonly (readonly [id: unknown, provider: string])[] = [
  ['openai.chat', 'openai'],
  ['openai.responses', 'openai'],
  ['openai.embedding', 'openai'],
  ['openai', 'openai'],
  ['anthropic.messages', 'anthropic'],
  ['google.generative-ai', 'gcp.gemini'],
  ['google', 'gcp.gemini'],
  ['google.vertex.chat', 'gcp.vertex_ai'],
  ['google-vertex', 'gcp.vertex_ai'],
  ['vertex.anthropic.messages', 'gcp.vertex_ai'],
  ['googleVertex.xai.chat', 'gcp.vertex_ai'],
  ['azure.chat', 'azure.ai.openai'],
  ['azure-openai.responses', 'azure.ai.openai'],
  ['amazon-bedrock', 'aws.bedrock'],
  ['amazon-bedrock.embedding', 'aws.bedrock'],
  ['bedrock.anthropic.messages', 'aws.bedrock'],
  ['groq.chat', 'groq'],
  ['mistral.chat', 'mistral_ai'],
  ['xai.chat', 'x_ai'],
  ['deepseek.chat', 'deepseek'],
  ['perplexity', 'perplexity'],
  ['cohere.chat', 'cohere'],
  ['togetherai.chat', 'together_ai'],
  ['fireworks.chat', 'fireworks_ai'],
  ['moonshotai.chat', 'moonshot_ai'],
  ['alibaba.chat', 'alibaba_cloud'],
  ['huggingface.responses', 'hugging_face'],
  ['gateway', 'vercel_ai_gateway'],
  ['azure-anthropic.messages', 'azure.ai.inference'],
  ['voyage.embedding', 'voyage_ai'],
  ['openrouter', 'openrouter'],
  ['ollama.responses', 'ollama'],
  ['googleplex.chat', 'googleplex'],
  ['corp', 'corp'],
  ['', '_OTHER'],
  [undefined, '_OTHER'],
  [7, '_OTHER'],
];

test.each(IDS)('%s is %s', (id, provider) => {
  expect(providerOfId(id)).toBe(provider);
});

test('every beginning of the table has a row here', () => {
  const starts = rowsOf('src/providers/vercel-ai/endpoint.ts', 'PROVIDER_BY_ID_START');
  expect(starts.filter((start) => !IDS.some(([id]) => String(id).startsWith(start)))).toEqual([]);
});

const THROWS = {
  get baseURL(): string {
    throw new Error('AZURE_RESOURCE_NAME is missing');
  },
};

const HOSTS = { 'llm.corp.example': 'corp_llm' };

/** What the models of the known providers keep of where they send their requests. */
const MODELS: readonly (readonly [about: string, model: unknown, provider: string, address?: string, port?: number])[] =
  [
    [
      'baseURL',
      { provider: 'anthropic.messages', config: { baseURL: 'https://api.anthropic.com/v1' } },
      'anthropic',
      'api.anthropic.com',
      443,
    ],
    [
      'baseUrl as a function',
      { provider: 'amazon-bedrock', config: { baseUrl: () => 'https://bedrock-runtime.us-east-1.amazonaws.com' } },
      'aws.bedrock',
      'bedrock-runtime.us-east-1.amazonaws.com',
      443,
    ],
    [
      'url as a function',
      {
        provider: 'openai.chat',
        modelId: 'm',
        config: { url: ({ path }: { path: string }) => `http://127.0.0.1:8080/v1${path}` },
      },
      'openai',
      '127.0.0.1',
      8080,
    ],
    [
      'url that is a URL',
      { provider: 'azure.chat', config: { url: () => new URL('https://x.openai.azure.com/openai') } },
      'azure.ai.openai',
      'x.openai.azure.com',
      443,
    ],
    [
      'a host that says more than the id',
      { provider: 'openai.chat', config: { baseURL: 'https://api.groq.com/openai/v1' } },
      'groq',
      'api.groq.com',
      443,
    ],
    [
      "a host of the user's",
      { provider: 'openai.chat', config: { baseURL: 'https://llm.corp.example/v1' } },
      'corp_llm',
      'llm.corp.example',
      443,
    ],
    ['a configuration that throws', { provider: 'azure.chat', config: THROWS }, 'azure.ai.openai'],
    ['no configuration', { provider: 'corp.chat' }, 'corp'],
    ['no URL in it', { provider: 'corp.chat', config: { baseURL: 7, url: () => undefined } }, 'corp'],
    ['no model', undefined, '_OTHER'],
  ];

describe('the endpoint of a model', () => {
  test.each(MODELS)('%s', (_, model, provider, address, port) => {
    const expected = { provider, ...(address !== undefined && { address, port }) };
    expect(endpointOfModel(model, HOSTS)).toEqual(expected);
    expect(endpointOfModel(model, HOSTS)).toEqual(expected);
  });
});
