import type OpenAI from 'openai';
import type { Call, Feature, HelperStream, Kit, ModelStream, Session, ToolRun } from '../types.ts';
import { OPENAI_CASES } from './openai-cases.ts';
import { openaiWire as wire } from './openai-wire.ts';

/** The members of the SDK's client that moved between its major versions. */
interface Helpers {
  parse?: (body: object) => Call;
  stream?: (
    body: object,
    options?: object,
  ) => AsyncIterable<object> & { finalChatCompletion(): Promise<unknown>; abort(): void };
  runTools?: (body: object, options?: object) => { finalContent(): Promise<unknown> };
}

const BODY = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello' }] } as const;

/** The SDK's own schema format for a structured answer, as its zod helper makes it. */
const FORMAT = Object.defineProperties(
  { type: 'json_schema', json_schema: { name: 'greeting', schema: { type: 'object' }, strict: true } },
  { $brand: { value: 'auto-parseable-response-format' }, $parseRaw: { value: JSON.parse } },
);

/** Kit of the `openai` package, 4.28 to 7. */
export const openai: Kit = {
  module: 'openai',
  instrumentation: 'OpenAIInstrumentation',
  esmFiles: ['/node_modules/openai/(index|client)\\.mjs', '/node_modules/openai/resources/beta/chat/completions\\.mjs'],
  operation: 'chat',
  callArguments: [BODY],
  finishReasons: ['stop'],
  wire,
  cases: OPENAI_CASES,

  features(sdk, version) {
    const client = newClient(sdk, { baseURL: 'http://127.0.0.1/' });
    const helpers = helpersOf(client);
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const at = (atLeast: number, atLeastMinor = 0) => major > atLeast || (major === atLeast && minor >= atLeastMinor);
    const has: Partial<Record<Feature, boolean>> = {
      'api-promise': true,
      'stream-object': true,
      retries: true,
      timeout: true,
      signal: true,
      'custom-fetch': true,
      'body-timeout': at(7, 7),
      'tee-closes': at(7, 55),
      'native-fetch': at(5),
      'lazy-iterator': at(7, 36),
      'own:helper-break-aborts': at(4, 104),
      parse: helpers.parse !== undefined,
      'stream-helper': helpers.stream !== undefined,
      'tool-runner': helpers.runTools !== undefined,
      'own:responses': client.responses !== undefined,
      'own:responses.parse': typeof client.responses?.parse === 'function',
      'own:responses.stream': typeof client.responses?.stream === 'function',
      'own:vectorStores.search': typeof client.vectorStores?.search === 'function',
      'own:withOptions': typeof client.withOptions === 'function',
      'own:chat-helper-events': typeof client.chat.completions.stream === 'function',
      'own:responses.retrieve-streamed': at(4, 104),
      'own:streamed-audio': at(5),
      'own:streamed-images': at(5, 8),
      'own:promised-options': at(7, 22),
      'own:schema-tools': at(4, 55),
    };
    return new Set((Object.keys(has) as Feature[]).filter((feature) => has[feature]));
  },

  open(sdk, baseURL, options): Session {
    const client = newClient(sdk, { baseURL, ...options });
    const { completions } = client.chat;
    const helpers = helpersOf(client);
    return {
      client,
      call: ({ signal } = {}) =>
        completions.create({ ...BODY, messages: [...BODY.messages] }, requestOptions(signal)) as unknown as Call,
      stream: ({ signal, usage } = {}) =>
        completions.create(
          {
            ...BODY,
            messages: [...BODY.messages],
            stream: true,
            ...(usage ? { stream_options: { include_usage: true } } : {}),
          },
          requestOptions(signal),
        ) as unknown as Call<ModelStream>,
      callWith: (...args) => Reflect.apply(completions.create, completions, args) as unknown,
      parse: () => call(helpers.parse)({ ...BODY, response_format: FORMAT }),
      helper: ({ signal } = {}): HelperStream => {
        const stream = call(helpers.stream)(BODY, requestOptions(signal));
        return { chunks: stream, final: () => stream.finalChatCompletion(), abort: () => stream.abort() };
      },
      runTools: (run) =>
        call(helpers.runTools)({
          ...BODY,
          tools: [toolOf(run)],
          ...(run.streamed ? { stream: true } : {}),
        }).finalContent(),
    };
  },
};

/** A client of whichever SDK version this is. */
export function newClient(sdk: Readonly<Record<string, unknown>>, options: object, name = 'OpenAI'): OpenAI {
  const Client = (sdk[name] ?? sdk.default) as typeof OpenAI;
  return new Client({ apiKey: 'key', ...options });
}

function helpersOf(client: OpenAI): Helpers {
  const current = client.chat.completions as unknown as Helpers & { runTools?: unknown };
  if (typeof current.runTools === 'function') return bind(current);
  return bind((client.beta as unknown as { chat: { completions: Helpers } }).chat.completions);
}

function bind(of: Helpers): Helpers {
  return {
    ...(of.parse ? { parse: of.parse.bind(of) } : {}),
    ...(of.stream ? { stream: of.stream.bind(of) } : {}),
    ...(of.runTools ? { runTools: of.runTools.bind(of) } : {}),
  };
}

function requestOptions(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function call<T>(method: T | undefined): T {
  if (method === undefined) throw new Error('this SDK version has no such method');
  return method;
}

function toolOf({ tool, schemaTool }: ToolRun): object {
  const definition = {
    name: 'weather',
    description: 'Weather of a city',
    parameters: { type: 'object', properties: {} },
  };
  if (!schemaTool) return { type: 'function', function: { ...definition, function: tool, parse: JSON.parse } };
  return Object.defineProperties(
    { type: 'function', function: { ...definition, strict: true } },
    { $brand: { value: 'auto-parseable-tool' }, $parseRaw: { value: JSON.parse }, $callback: { value: tool } },
  );
}
