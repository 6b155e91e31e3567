import type { Call, ClientOptions, Feature, HelperStream, Kit, ModelStream, Session, ToolRun } from '../types.ts';
import { ANTHROPIC_CASES } from './anthropic-cases.ts';
import { anthropicWire as wire } from './anthropic-wire.ts';

type Sdk = Readonly<Record<string, unknown>>;

/** A stream helper of the SDK. */
export interface MessageHelper extends AsyncIterable<object> {
  on(event: string, listener: (...args: unknown[]) => void): MessageHelper;
  finalMessage(): Promise<unknown>;
  abort(): void;
}

/** The messages of some version, stable or beta. */
export interface Messages {
  create(body: object, options?: object): Call;
  parse?(body: object, options?: object): Call;
  stream?(body: object, options?: object): MessageHelper;
  toolRunner?(body: object): AsyncIterable<MessageHelper> & { runUntilDone(): Promise<unknown> };
  thread?(params: object): {
    send(message: object): Call;
    stream(message: object): MessageHelper;
    readonly messages: readonly object[];
  };
}

/** The members of the SDK's client that came and went between its versions. */
export interface Anthropic {
  readonly messages: Messages;
  readonly completions?: { create(body: object): Call };
  readonly beta?: {
    readonly messages?: Messages;
    readonly promptCaching?: { readonly messages: Messages };
    readonly tools?: { readonly messages: Messages };
  };
  withOptions?(options: object): Anthropic;
}

/** What a call asks for. */
export const BODY = { model: 'claude-sonnet-5', max_tokens: 99, messages: [{ role: 'user', content: 'Say hello' }] };

/** The SDK's own schema format for a structured answer, as its zod helper makes it. */
const FORMAT = { type: 'json_schema', schema: { type: 'object' }, parse: JSON.parse };

/** Kit of the `@anthropic-ai/sdk` package, 0.20 to 1. */
export const anthropic: Kit = {
  module: '@anthropic-ai/sdk',
  clientClass: 'Anthropic',
  instrumentation: 'AnthropicInstrumentation',
  esmFiles: ['/node_modules/@anthropic-ai/sdk/(index|client)\\.mjs'],
  operation: 'chat',
  callArguments: [BODY],
  finishReasons: ['stop'],
  wire,
  cases: ANTHROPIC_CASES,

  features(sdk, version) {
    const client = newClient(sdk, 'http://127.0.0.1/', {});
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const at = (atLeastMinor: number) => major > 0 || minor >= atLeastMinor;
    const has: Partial<Record<Feature, boolean>> = {
      'api-promise': true,
      'stream-object': true,
      retries: true,
      timeout: true,
      signal: true,
      'custom-fetch': true,
      'native-fetch': at(50),
      'stream-helper': client.messages.stream !== undefined,
      parse: client.messages.parse !== undefined,
      'tool-runner': client.beta?.messages?.toolRunner !== undefined,
      'own:helper-break-aborts': true,
      'own:tool-error-goes-on': true,
      'own:schema-tools': true,
      // A stream that does not say that it is over was cut off.
      'own:cut-stream-throws': true,
      'own:beta': client.beta?.messages !== undefined,
      'own:prompt-caching': client.beta?.promptCaching !== undefined,
      'own:beta-tools': client.beta?.tools !== undefined,
      'own:completions': client.completions !== undefined,
      'own:threads': client.beta?.messages?.thread !== undefined,
      'own:withOptions': client.withOptions !== undefined,
    };
    return new Set((Object.keys(has) as Feature[]).filter((feature) => has[feature]));
  },

  open(sdk, baseURL, options): Session {
    const client = newClient(sdk, baseURL, options);
    const { messages } = client;
    return {
      client,
      call: ({ signal } = {}) => messages.create({ ...BODY }, requestOptions(signal)),
      stream: ({ signal } = {}) =>
        messages.create({ ...BODY, stream: true }, requestOptions(signal)) as unknown as Call<ModelStream>,
      callWith: (...args) => Reflect.apply(messages.create, messages, args) as unknown,
      parse: () => must(messages.parse?.({ ...BODY, output_config: { format: FORMAT } })),
      helper: ({ signal } = {}): HelperStream => {
        const stream = must(messages.stream?.({ ...BODY }, requestOptions(signal)));
        return { chunks: stream, final: () => stream.finalMessage(), abort: () => stream.abort() };
      },
      runTools: (run) => runTools(sdk, baseURL, options, run),
    };
  },
};

/** A client of whichever SDK version this is; the SDK adds `/v1` itself. */
export function newClient(sdk: Sdk, baseURL: string, options: object): Anthropic {
  const Client = (sdk.Anthropic ?? sdk.default) as new (options: object) => Anthropic;
  return new Client({ apiKey: 'key', baseURL: baseURL.replace(/\/v1$/, ''), ...options });
}

/** Without the SDK's own tracing: with it, the spans of tools are the SDK's. */
async function runTools(sdk: Sdk, baseURL: string, options: ClientOptions, run: ToolRun): Promise<unknown> {
  const { messages } = newClient(sdk, baseURL, { ...options, openTelemetry: false }).beta ?? {};
  const runner = must(messages?.toolRunner?.({ ...BODY, tools: [toolOf(run)], stream: run.streamed }));
  if (!run.streamed) return await runner.runUntilDone();
  const said: unknown[] = [];
  for await (const stream of runner) said.push(await stream.finalMessage());
  return said;
}

/** A tool as an instance of a class with state that only its own methods can reach. */
class Weather {
  readonly name = 'weather';
  readonly description = 'Weather of a city';
  readonly input_schema = { type: 'object', properties: {} };
  readonly #tool: ToolRun['tool'];

  constructor(tool: ToolRun['tool']) {
    this.#tool = tool;
  }

  parse(input: unknown): unknown {
    return this.#tool === undefined ? undefined : input;
  }

  run(input: unknown): unknown {
    return this.#tool(input);
  }
}

function toolOf({ tool, schemaTool }: ToolRun): object {
  const made = new Weather(tool);
  if (schemaTool) return made;
  const { name, description, input_schema } = made;
  return { type: 'custom', name, description, input_schema, run: (input: unknown) => tool(input) };
}

function requestOptions(signal: AbortSignal | undefined): object {
  return signal === undefined ? {} : { signal };
}

/** What a case that needs it has. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('this SDK version has no such method');
  return value;
}
