/** The SDKs of the fault table: how each is patched and called. One row an SDK. */
import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { Cerebras } from '@cerebras/cerebras_cloud_sdk';
import * as genai from '@google/genai';
import * as generativeAi from '@google/generative-ai';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Groq } from 'groq-sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { Together } from 'together-ai';
import type { Provider } from '../../../src/patching/provider.ts';
import { anthropic } from '../../../src/providers/anthropic/index.ts';
import { awsBedrock } from '../../../src/providers/aws-bedrock/index.ts';
import { cerebras } from '../../../src/providers/cerebras/index.ts';
import { googleGenAI } from '../../../src/providers/google-genai/index.ts';
import { googleGenerativeAI } from '../../../src/providers/google-generative-ai/index.ts';
import { groq } from '../../../src/providers/groq/index.ts';
import { ollama } from '../../../src/providers/ollama/index.ts';
import { openai } from '../../../src/providers/openai/index.ts';
import { together } from '../../../src/providers/together/index.ts';

/** What a call may use. */
export interface Call {
  /** Of the provider server. */
  readonly url: string;
  /** With the scenario in front, in braces. */
  readonly model: string;
  readonly signal: AbortSignal;
  /** How often the SDK is to try again, if it does. */
  readonly retries: number;
}

/** One SDK. */
export interface Sdk {
  readonly name: string;
  readonly provider: Provider;
  /** What `provider.patch` is given. */
  readonly exports: unknown;
  unary(call: Call): PromiseLike<unknown>;
  stream(call: Call): PromiseLike<AsyncIterable<unknown>>;
  /** The SDK does not throw for a stream that lacks its last event, and the span says that it failed all the same. */
  readonly silentTruncation?: boolean;
  /** Faults after which a unary call of the SDK never settles, with or without telemetry (node-fetch). */
  readonly unsettled?: readonly string[];
  /** The SDK hands out an error event as an ordinary chunk, and the span says that it failed all the same. */
  readonly silentErrors?: boolean;
}

const MESSAGES = [{ role: 'user' as const, content: 'Why is the sea blue?' }];
/** Milliseconds that the clients wait for headers. */
const TIMEOUT = 250;

const openaiClient = ({ url, retries }: Call) =>
  new OpenAI({ apiKey: 'key', baseURL: `${url}/v1`, maxRetries: retries, timeout: TIMEOUT, logLevel: 'off' });
const anthropicClient = ({ url, retries }: Call) =>
  new Anthropic({ apiKey: 'key', baseURL: url, maxRetries: retries, timeout: TIMEOUT, logLevel: 'off' });

const QUESTION = 'Why is the sea blue?';
const genaiModels = ({ url }: Call) =>
  new genai.GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: url, timeout: TIMEOUT } }).models;
const genaiParams = ({ model, signal }: Call) => ({ model, contents: QUESTION, config: { abortSignal: signal } });
const generativeModel = ({ url, model }: Call) =>
  new generativeAi.GoogleGenerativeAI('key').getGenerativeModel({ model }, { baseUrl: url, timeout: TIMEOUT });

const groqClient = ({ url, retries }: Call) =>
  new Groq({ apiKey: 'key', baseURL: url, maxRetries: retries, timeout: TIMEOUT, logLevel: 'off' });
const togetherClient = ({ url, retries }: Call) =>
  new Together({ apiKey: 'key', baseURL: `${url}/v1`, maxRetries: retries, timeout: TIMEOUT, logLevel: 'off' });
const cerebrasClient = ({ url, retries }: Call) =>
  new Cerebras({ apiKey: 'key', baseURL: url, maxRetries: retries, timeout: TIMEOUT, warmTCPConnection: false });
/** The SDK has neither retries nor timeouts nor signals: a fetch of the application has. */
const ollamaClient = ({ url, signal }: Call) =>
  new Ollama({
    host: url,
    fetch: async (to, init) => {
      const timeout = new AbortController();
      const timer = setTimeout(() => timeout.abort(new DOMException('no headers', 'TimeoutError')), TIMEOUT);
      const response = await fetch(to, { ...init, signal: AbortSignal.any([signal, timeout.signal]) });
      clearTimeout(timer);
      return response;
    },
  });

/** The default handler speaks HTTP/2, which the server does not. */
const bedrockClient = ({ url, retries }: Call) =>
  new BedrockRuntimeClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    endpoint: url,
    maxAttempts: retries + 1,
    requestHandler: new NodeHttpHandler({ requestTimeout: TIMEOUT, throwOnRequestTimeout: true }),
  });
const bedrockInput = ({ model }: Call) => ({
  modelId: model,
  messages: [{ role: 'user' as const, content: [{ text: 'Why is the sea blue?' }] }],
});

/** Every SDK there is a row for. */
export const SDKS: readonly Sdk[] = [
  {
    name: 'openai',
    provider: openai,
    exports: { OpenAI },
    unary: (call) =>
      openaiClient(call).chat.completions.create({ model: call.model, messages: MESSAGES }, { signal: call.signal }),
    stream: (call) =>
      openaiClient(call).chat.completions.create(
        { model: call.model, messages: MESSAGES, stream: true },
        { signal: call.signal },
      ),
  },
  {
    name: 'anthropic',
    provider: anthropic,
    exports: { Anthropic },
    unary: (call) =>
      anthropicClient(call).messages.create(
        { model: call.model, max_tokens: 9, messages: MESSAGES },
        { signal: call.signal },
      ),
    stream: (call) =>
      anthropicClient(call).messages.create(
        { model: call.model, max_tokens: 9, messages: MESSAGES, stream: true },
        { signal: call.signal },
      ),
    silentTruncation: true,
  },
  {
    name: 'genai',
    provider: googleGenAI,
    exports: genai,
    unary: (call) => genaiModels(call).generateContent(genaiParams(call)),
    stream: (call) => genaiModels(call).generateContentStream(genaiParams(call)),
  },
  {
    name: 'generative-ai',
    provider: googleGenerativeAI,
    silentErrors: true,
    exports: generativeAi,
    unary: (call) => generativeModel(call).generateContent(QUESTION, { signal: call.signal }),
    stream: async (call) => {
      const { stream, response } = await generativeModel(call).generateContentStream(QUESTION, { signal: call.signal });
      response.catch(() => {}); // the table reads the stream
      return stream;
    },
  },
  {
    name: 'groq',
    provider: groq,
    exports: { Groq },
    unary: (call) =>
      groqClient(call).chat.completions.create({ model: call.model, messages: MESSAGES }, { signal: call.signal }),
    stream: (call) =>
      groqClient(call).chat.completions.create(
        { model: call.model, messages: MESSAGES, stream: true },
        { signal: call.signal },
      ),
  },
  {
    name: 'together',
    provider: together,
    exports: { Together },
    unary: (call) =>
      togetherClient(call).chat.completions.create({ model: call.model, messages: MESSAGES }, { signal: call.signal }),
    stream: (call) =>
      togetherClient(call).chat.completions.create(
        { model: call.model, messages: MESSAGES, stream: true },
        { signal: call.signal },
      ),
  },
  {
    name: 'cerebras',
    provider: cerebras,
    unsettled: ['closed in the middle'],
    exports: { Cerebras },
    unary: (call) =>
      cerebrasClient(call).chat.completions.create({ model: call.model, messages: MESSAGES }, { signal: call.signal }),
    stream: (call) =>
      cerebrasClient(call).chat.completions.create(
        { model: call.model, messages: MESSAGES, stream: true },
        { signal: call.signal },
      ),
  },
  {
    name: 'ollama',
    provider: ollama,
    exports: { Ollama },
    unary: (call) => ollamaClient(call).chat({ model: call.model, messages: MESSAGES }),
    stream: (call) => ollamaClient(call).chat({ model: call.model, messages: MESSAGES, stream: true }),
  },
  {
    name: 'aws-bedrock',
    provider: awsBedrock,
    exports: { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand },
    unary: async (call) => {
      const { output } = await bedrockClient(call).send(new ConverseCommand(bedrockInput(call)), {
        abortSignal: call.signal,
      });
      return output;
    },
    stream: async (call) => {
      const { stream } = await bedrockClient(call).send(new ConverseStreamCommand(bedrockInput(call)), {
        abortSignal: call.signal,
      });
      return stream as AsyncIterable<unknown>;
    },
  },
];
