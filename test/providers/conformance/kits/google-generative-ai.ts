import type { Call, Feature, Kit, ModelStream, Session } from '../types.ts';
import { geminiWire as wire } from './gemini-wire.ts';
import { GENERATIVE_AI_CASES } from './google-generative-ai-cases.ts';

/** What `generateContentStream` and `sendMessageStream` resolve to. */
export interface Pair {
  readonly stream: AsyncGenerator<object>;
  readonly response: Promise<object>;
}

/** What the cases use of a model. */
export interface Model {
  generateContent(request: unknown, options?: object): Promise<object>;
  generateContentStream(request: unknown, options?: object): Promise<Pair>;
  embedContent(request: unknown): Promise<object>;
  batchEmbedContents(request: object): Promise<object>;
  startChat(params?: object): ChatSession;
}

/** A chat of the SDK. */
export interface ChatSession {
  sendMessage(request: unknown, options?: object): Promise<object>;
  sendMessageStream(request: unknown, options?: object): Promise<Pair>;
  getHistory(): Promise<object[]>;
}

const BODY = { contents: [{ role: 'user', parts: [{ text: 'Say hello' }] }] };

/** Kit of the `@google/generative-ai` package, 0.1 to 0.24. */
export const googleGenerativeAI: Kit = {
  module: '@google/generative-ai',
  clientClass: 'GoogleGenerativeAI',
  instrumentation: 'GoogleGenerativeAIInstrumentation',
  esmFiles: ['/node_modules/@google/generative-ai/dist/index\\.mjs'],
  operation: 'generate_content',
  callArguments: [BODY],
  finishReasons: ['stop'],
  wire,
  cases: GENERATIVE_AI_CASES,

  features(_sdk, version) {
    const minor = Number(version.split('.')[1]);
    const has: Partial<Record<Feature, boolean>> = {
      signal: minor >= 20,
      timeout: minor >= 6,
      'body-timeout': minor >= 6,
      'native-fetch': true,
      'eager-streams': true,
      'own:json-only': true,
      'own:odd-chunks-fail': true,
      'own:aborted-ignored': minor >= 20,
    };
    return new Set((Object.keys(has) as Feature[]).filter((feature) => has[feature]));
  },

  open(sdk, baseURL, { timeout }): Session {
    const client = modelOf(sdk, baseURL, timeout === undefined ? {} : { timeout });
    const options = (signal: AbortSignal | undefined): [object?] => (signal ? [{ signal }] : []);
    return {
      client,
      call: ({ signal } = {}) => client.generateContent(structuredClone(BODY), ...options(signal)) as Call,
      stream: ({ signal } = {}) =>
        client
          .generateContentStream(structuredClone(BODY), ...options(signal))
          .then(({ stream }) => stream) as unknown as Call<ModelStream>,
      callWith: (...args) => Reflect.apply(client.generateContent, client, args) as unknown,
    };
  },
};

/** A model of whichever SDK version this is; before 0.2 the SDK knows no other address than Google's. */
export function modelOf(sdk: Readonly<Record<string, unknown>>, baseURL: string, options: object = {}): Model {
  const Client = sdk.GoogleGenerativeAI as new (
    key: string,
  ) => { getGenerativeModel(params: object, options: object): Model };
  const request = { baseUrl: baseURL.replace(/\/v1$/, ''), apiVersion: 'v1', ...options };
  return new Client('key').getGenerativeModel({ model: 'gemini-2.5-flash' }, request);
}
