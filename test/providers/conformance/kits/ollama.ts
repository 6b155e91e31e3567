import type { Call, Feature, Kit, ModelStream, Session } from '../types.ts';
import { OLLAMA_CASES } from './ollama-cases.ts';
import { ollamaWire as wire } from './ollama-wire.ts';

/** What the cases use of a client. */
export interface Client {
  chat(request: object): Promise<object>;
  generate(request: object): Promise<object>;
  embed(request: object): Promise<object>;
  embeddings(request: object): Promise<object>;
  abort(): void;
}

const BODY = { model: 'llama3.2', messages: [{ role: 'user', content: 'Say hello' }] };

/** Kit of the `ollama` package. */
export const ollama: Kit = {
  module: 'ollama',
  clientClass: 'Ollama',
  instrumentation: 'OllamaInstrumentation',
  esmFiles: ['/node_modules/ollama/dist/(?:index|browser)\\.mjs'],
  operation: 'chat',
  callArguments: [BODY],
  finishReasons: ['stop'],
  wire,
  cases: OLLAMA_CASES,

  features() {
    return new Set<Feature>([
      'custom-fetch',
      'native-fetch',
      'own:cut-stream-throws',
      'own:json-only',
      'own:response-dropped',
      'own:shared-iterators',
      'own:writes-arguments',
    ]);
  },

  open(sdk, host, { fetch }): Session {
    const Class = sdk.Ollama as new (options: object) => Client;
    const client = new Class({ host, ...(fetch === undefined ? {} : { fetch }) });
    return {
      client,
      call: () => client.chat(structuredClone(BODY)) as Call,
      stream: () => client.chat({ ...structuredClone(BODY), stream: true }) as unknown as Call<ModelStream>,
      callWith: (...args) => Reflect.apply(client.chat, client, args) as unknown,
    };
  },
};
