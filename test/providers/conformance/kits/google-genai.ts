import type { Call, Feature, Kit, ModelStream, Session, ToolRun } from '../types.ts';
import { geminiWire as wire } from './gemini-wire.ts';
import { GENAI_CASES } from './google-genai-cases.ts';

/** What the cases use of the SDK's client. */
export interface GenAI {
  readonly models: Record<string, (params: object) => Promise<object>> & {
    generateContentStream(params: object): Promise<AsyncGenerator<object>>;
  };
  readonly chats: { create(params: object): Chat };
  readonly interactions: {
    create(params: object, options?: object): Promise<object>;
    get(id: string, params?: object, options?: object): Promise<object>;
  };
}

/** A chat of the SDK. */
export interface Chat {
  sendMessage(params: object): Promise<object>;
  sendMessageStream(params: object): Promise<AsyncGenerator<object>>;
  getHistory(): object[];
}

const BODY = { model: 'gemini-2.5-flash', contents: 'Say hello' } as const;

/** Kit of the `@google/genai` package, 1.0 to 3. */
export const googleGenAI: Kit = {
  module: '@google/genai',
  clientClass: 'GoogleGenAI',
  instrumentation: 'GoogleGenAIInstrumentation',
  esmFiles: ['/node_modules/@google/genai/dist/(node/|web/)?index\\.mjs'],
  operation: 'generate_content',
  callArguments: [BODY],
  finishReasons: ['stop'],
  wire,
  cases: GENAI_CASES,

  features(sdk, version) {
    const client = newClient(sdk, 'http://127.0.0.1/v1') as GenAI & { interactions?: unknown };
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const has: Partial<Record<Feature, boolean>> = {
      signal: true,
      timeout: true,
      'body-timeout': true,
      'native-fetch': true,
      'tool-runner': true,
      'own:unsent-unrecorded': true,
      'own:unknown-fields-dropped': true,
      'own:fetch-refuses': true,
      'own:aborted-ignored': major < 2,
      'own:error-events-dropped': major < 2,
      'own:chat-recovers': major > 1 || minor >= 20,
      'own:json-only': true,
      // the generator of automatic continuation is around that of the request
      'lazy-iterator': major >= 2,
      'own:interactions': client.interactions !== undefined,
      'own:readable-interactions': major >= 2,
      'own:continuation': major >= 2,
    };
    return new Set((Object.keys(has) as Feature[]).filter((feature) => has[feature]));
  },

  open(sdk, baseURL, options): Session {
    const client = newClient(sdk, baseURL, options.timeout === undefined ? {} : { timeout: options.timeout });
    const { models } = client;
    const params = (signal: AbortSignal | undefined): object => ({
      ...BODY,
      ...(signal ? { config: { abortSignal: signal } } : {}),
    });
    return {
      client,
      call: ({ signal } = {}) => generate(models, params(signal)) as Call,
      stream: ({ signal } = {}) => models.generateContentStream(params(signal)) as unknown as Call<ModelStream>,
      callWith: (...args) => Reflect.apply(models.generateContent as (...args: unknown[]) => unknown, models, args),
      runTools: async (run) => {
        const params = { ...BODY, config: { tools: [toolOf(run)] } };
        if (!run.streamed) return await generate(models, params);
        const chunks: object[] = [];
        for await (const chunk of await models.generateContentStream(params)) chunks.push(chunk);
        return chunks;
      },
    };
  },
};

/** `models.generateContent` under the type the cases need. */
export const generate = (models: GenAI['models'], params: object): Promise<object> =>
  (models.generateContent as (params: object) => Promise<object>)(params);

/** A client of whichever SDK version this is. */
export function newClient(
  sdk: Readonly<Record<string, unknown>>,
  baseURL: string,
  http: object = {},
  options: object = {},
): GenAI {
  const Client = sdk.GoogleGenAI as new (options: object) => GenAI;
  const httpOptions = { baseUrl: baseURL.replace(/\/v1$/, ''), apiVersion: 'v1', ...http };
  return new Client({ apiKey: 'key', ...options, httpOptions });
}

/** A `CallableTool`; as a library makes one, it is a class with private members. */
export function toolOf({ tool, schemaTool }: ToolRun): object {
  const declaration = {
    name: 'weather',
    description: 'Weather of a city',
    parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } },
  };
  const tools = { functionDeclarations: [declaration] };
  const callTool = async (calls: readonly { id?: string; name: string; args: unknown }[]) => {
    const parts: object[] = [];
    for (const { id, name, args } of calls)
      parts.push({ functionResponse: { id, name, response: { output: await tool(args) } } });
    return parts;
  };
  if (!schemaTool) return { tool: async () => tools, callTool };
  class Own {
    readonly #tools = tools;

    async tool(): Promise<object> {
      return this.#tools;
    }

    async callTool(calls: readonly { name: string; args: unknown }[]): Promise<object[]> {
      return this.#tools === tools ? await callTool(calls) : [];
    }
  }
  return new Own();
}
