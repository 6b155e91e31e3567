import type OpenAI from 'openai';
import type { Call, Case, Feature, Kit, ModelStream, Session, Wire } from '../types.ts';
import { BODY, newClient, requestOptions } from './openai-client.ts';
import { OPENAI_SHAPED_CASES } from './openai-shaped-cases.ts';
import { openaiWire } from './openai-wire.ts';

/** What differs between SDKs that Stainless has made for chat completions. */
export interface ShapedSdk extends Pick<Kit, 'module' | 'clientClass' | 'instrumentation'> {
  /** The entry files of the registry, without extension. */
  readonly files?: readonly string[];
  /** What the server says, if not exactly what OpenAI says. */
  readonly wire?: Wire;
  /** Options of every client. */
  readonly clientOptions?: object;
  /** Cases of this SDK alone. */
  readonly cases?: readonly Case[];
  /** Features beyond those of every SDK of this shape, or without them (`false`). */
  features?(client: OpenAI, version: readonly [major: number, minor: number]): Partial<Record<Feature, boolean>>;
  /** Helpers of the client. */
  helpers?(client: OpenAI): Pick<Session, 'parse' | 'helper' | 'runTools'>;
}

/** The kit of an SDK whose clients have `chat.completions.create`, as those of `openai` have. */
export function openaiShapedKit({ files = ['index', 'client'], cases = [], ...sdk }: ShapedSdk): Kit {
  return {
    module: sdk.module,
    clientClass: sdk.clientClass,
    instrumentation: sdk.instrumentation,
    esmFiles: [`/node_modules/${sdk.module}/(?:${files.join('|')})\\.mjs`],
    operation: 'chat',
    callArguments: [BODY],
    finishReasons: ['stop'],
    wire: sdk.wire ?? openaiWire,
    cases: [...OPENAI_SHAPED_CASES, ...cases],

    features(exports, version) {
      const client = newClient(exports, { baseURL: 'http://127.0.0.1/', ...sdk.clientOptions }, sdk.clientClass);
      const [major = 0, minor = 0] = version.split('.').map(Number);
      const has: Partial<Record<Feature, boolean>> = {
        'api-promise': true,
        'stream-object': true,
        retries: true,
        timeout: true,
        signal: true,
        'custom-fetch': true,
        'native-fetch': true,
        'own:withOptions': typeof client.withOptions === 'function',
        // groq-sdk has the resource without a method.
        'own:completions': typeof client.completions?.create === 'function',
        ...sdk.features?.(client, [major, minor]),
      };
      return new Set((Object.keys(has) as Feature[]).filter((feature) => has[feature]));
    },

    open(exports, baseURL, options): Session {
      const client = newClient(exports, { baseURL, ...sdk.clientOptions, ...options }, sdk.clientClass);
      const { completions } = client.chat;
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
        ...sdk.helpers?.(client),
      };
    },
  };
}
