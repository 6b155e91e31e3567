import { createRequire } from 'node:module';
import type { Call, Feature, Kit, ModelStream, Session } from '../types.ts';
import { BEDROCK_CASES } from './aws-bedrock-cases.ts';
import { bedrockWire as wire } from './aws-bedrock-wire.ts';

type Sdk = Readonly<Record<string, unknown>>;
type Class<T> = new (input: object) => T;

/** What the cases use of a client. */
export interface Client {
  readonly config: { requestHandler: unknown };
  send(command: object, ...rest: readonly unknown[]): Promise<{ readonly [field: string]: unknown }>;
  destroy(): void;
}

/** Input of every call. */
export const INPUT = {
  modelId: 'amazon.nova-lite-v1:0',
  messages: [{ role: 'user', content: [{ text: 'Say hello' }] }],
} as const;

/** A command of the SDK. */
export const command = (sdk: Sdk, name: string, input: object): object =>
  new (sdk[`${name}Command`] as Class<object>)(input);

/** A client with this address; its class may be the aggregated one. */
export function clientOf(sdk: Sdk, endpoint: string, options: object = {}, name = 'BedrockRuntimeClient'): Client {
  return new (sdk[name] as Class<Client>)({
    region: 'us-east-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    endpoint,
    maxAttempts: 1,
    requestHandler: handler(options),
    ...options,
  });
}

/** Tries at once: the delays of the SDK are random, and stand in the answers. */
function retries(most: number): object {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
  return {
    mode: 'standard',
    acquireInitialRetryToken: async () => token(0),
    refreshRetryTokenForRetry: async (before: ReturnType<typeof token>) => {
      if (before.getRetryCount() >= most) throw new Error('no further try');
      return token(before.getRetryCount() + 1);
    },
    recordSuccess: () => {},
  };
}

/** The default handler speaks HTTP/2; the server of the table does not. */
function handler({ timeout }: { readonly timeout?: number }): object {
  const require = createRequire(`${process.cwd()}/node_modules/@aws-sdk/client-bedrock-runtime/package.json`);
  const { NodeHttpHandler } = require('@smithy/node-http-handler') as { NodeHttpHandler: Class<object> };
  return new NodeHttpHandler(timeout === undefined ? {} : { requestTimeout: timeout, throwOnRequestTimeout: true });
}

/** Kit of the `@aws-sdk/client-bedrock-runtime` package. */
export const awsBedrock: Kit = {
  module: '@aws-sdk/client-bedrock-runtime',
  clientClass: 'BedrockRuntimeClient',
  otherClientClasses: ['BedrockRuntime'],
  instrumentation: 'AwsBedrockInstrumentation',
  esmFiles: [],
  operation: 'chat',
  callArguments: [INPUT],
  finishReasons: ['stop'],
  wire,
  cases: BEDROCK_CASES,

  features(sdk) {
    const has: Partial<Record<Feature, boolean>> = {
      signal: true,
      retries: true,
      'own:shared-iterators': true,
      'own:json-only': true,
      'own:empty-answer': true,
      'own:odd-chunks-fail': true,
      'own:unknown-fields-dropped': true,
      'own:aggregated': sdk.BedrockRuntime !== undefined,
      'own:count-tokens': sdk.CountTokensCommand !== undefined,
    };
    return new Set((Object.keys(has) as Feature[]).filter((feature) => has[feature]));
  },

  open(sdk, baseURL, { maxRetries }): Session {
    const client = clientOf(sdk, baseURL, { retryStrategy: retries(maxRetries ?? 0) });
    const options = (abortSignal: AbortSignal | undefined): [object?] => (abortSignal ? [{ abortSignal }] : []);
    return {
      client,
      call: ({ signal } = {}) =>
        client.send(command(sdk, 'Converse', structuredClone(INPUT)), ...options(signal)) as unknown as Call,
      stream: ({ signal } = {}) =>
        client
          .send(command(sdk, 'ConverseStream', structuredClone(INPUT)), ...options(signal))
          .then(({ stream }) => stream) as unknown as Call<ModelStream>,
      callWith: (input) => client.send(command(sdk, 'Converse', input as object)),
    };
  },
};
