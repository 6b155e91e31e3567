/** Every recorded method of `@google/generative-ai`: how its object, arguments and answers are read. */

import type { CallReader } from '../../facts/call.ts';
import type { SignalOf } from '../../patching/calls/async-calls.ts';
import { generateInput, generateOutput } from '../formats/gemini/content.ts';
import { GenerateContentAccumulator } from '../formats/gemini/content-stream.ts';
import { embeddingAttributes, generationAttributes, modelName } from '../formats/gemini/request.ts';
import { embeddingFacts, generateFacts } from '../formats/gemini/response.ts';
import { GenerateReader } from '../formats/gemini/stream.ts';
import { addressOf, type Endpoint } from '../reading/endpoint.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

const BASE_URL = 'https://generativelanguage.googleapis.com';

/** Options of a call beside those of its model or chat: `_requestOptions` since 0.17, `requestOptions` since 0.3. */
function option(name: string, self: unknown, args: readonly unknown[]): unknown {
  const own = asObject(args[1])?.[name];
  if (own !== undefined) return own;
  const fields = asObject(self);
  return (asObject(fields?._requestOptions) ?? asObject(fields?.requestOptions))?.[name];
}

/** The signal that can abort a call (0.20 and later); the SDK takes no notice of one that was aborted before. */
export const signalOf: SignalOf = (self, args) => {
  const signal = option('signal', self, args);
  return signal instanceof AbortSignal && !signal.aborted ? signal : undefined;
};

/** What a request says by itself, else what its model (a chat: its parameters) was made with. */
function setting(name: string, request: unknown, model: Fields | undefined): unknown {
  const own = asObject(request);
  return own !== undefined && asArray(own.contents) !== undefined && Object.hasOwn(own, name)
    ? own[name]
    : model?.[name];
}

type Defaults = (self: Fields | undefined) => Fields | undefined;

function endpoint(self: unknown, args: readonly unknown[]): Endpoint {
  return { provider: 'gcp.gemini', ...addressOf(asString(option('baseUrl', self, args)) ?? BASE_URL) };
}

/** `defaults`: where the object keeps what a request does not say. */
function generate(
  stream: boolean,
  defaults: Defaults,
  contents: (self: Fields, request: unknown) => unknown,
): CallReader {
  return {
    operation: 'generate_content',
    request(self, args) {
      const fields = asObject(self);
      return {
        operation: 'generate_content',
        ...endpoint(self, args),
        model: modelName(fields?.model),
        stream,
        attributes: generationAttributes(asObject(setting('generationConfig', args[0], defaults(fields))), stream),
      };
    },
    response: (body) => generateFacts(asObject(body)?.response),
    stream: (content, limit) => new GenerateReader(content ? new GenerateContentAccumulator(limit) : undefined),
    input(args, self) {
      const fields = asObject(self) ?? {};
      const from = defaults(fields);
      return generateInput(
        contents(fields, args[0]),
        setting('systemInstruction', args[0], from),
        setting('tools', args[0], from),
      );
    },
    output: (body) => generateOutput(asObject(body)?.response),
  };
}

const model: Defaults = (self) => self;
const chat: Defaults = (self) => asObject(self?.params);

/** A text, parts, or a request with contents. */
const requested = (_self: Fields, request: unknown): unknown => asObject(request)?.contents ?? request;

/** A chat sends its history with every message. */
const continued = (self: Fields, request: unknown): unknown => [
  ...(asArray(self._history) ?? []),
  { role: 'user', parts: typeof request === 'string' ? [request] : request },
];

/** `dimensions` reads what 0.21 and later take from the request. */
function embed(dimensions: (request: unknown) => unknown): CallReader {
  return {
    operation: 'embeddings',
    request(self, args) {
      return {
        operation: 'embeddings',
        ...endpoint(self, args),
        model: modelName(asObject(self)?.model),
        attributes: embeddingAttributes(dimensions(args[0])),
      };
    },
    response: embeddingFacts,
  };
}

/** Class and method. */
export const METHODS: readonly (readonly [owner: string, name: string, reader: CallReader])[] = [
  ['GenerativeModel', 'generateContent', generate(false, model, requested)],
  ['GenerativeModel', 'generateContentStream', generate(true, model, requested)],
  ['GenerativeModel', 'embedContent', embed((request) => asObject(request)?.outputDimensionality)],
  [
    'GenerativeModel',
    'batchEmbedContents',
    embed((request) => asObject(asArray(asObject(request)?.requests)?.[0])?.outputDimensionality),
  ],
  ['ChatSession', 'sendMessage', generate(false, chat, continued)],
  ['ChatSession', 'sendMessageStream', generate(true, chat, continued)],
];
