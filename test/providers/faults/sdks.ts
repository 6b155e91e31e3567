/** The SDKs of the fault table: how each is patched and called. One row an SDK. */
import Anthropic from '@anthropic-ai/sdk';
import * as genai from '@google/genai';
import * as generativeAi from '@google/generative-ai';
import OpenAI from 'openai';
import type { Provider } from '../../../src/patching/provider.ts';
import { anthropic } from '../../../src/providers/anthropic/index.ts';
import { googleGenAI } from '../../../src/providers/google-genai/index.ts';
import { googleGenerativeAI } from '../../../src/providers/google-generative-ai/index.ts';
import { openai } from '../../../src/providers/openai/index.ts';

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
];
