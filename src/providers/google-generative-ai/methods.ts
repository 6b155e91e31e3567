/** Every recorded method of `@google/generative-ai`, with the reader of its object, arguments and answers. */

import type { CallReader } from '../../facts/call.ts';
import type { SignalOf } from '../../patching/calls/async-calls.ts';
import { readOnce } from '../../telemetry/content/read-once.ts';
import { generateInput, generateOutput } from '../formats/gemini/content.ts';
import { GenerateContentAccumulator } from '../formats/gemini/content-stream.ts';
import { embeddingAttributes, generationAttributes, modelName } from '../formats/gemini/request.ts';
import { embeddingFacts, generateFacts } from '../formats/gemini/response.ts';
import { GenerateReader } from '../formats/gemini/stream.ts';
import { addressOf, type Endpoint } from '../reading/endpoint.ts';
import { answerOrError } from '../reading/error-answers.ts';
import { googleFailure } from '../reading/error-codes.ts';
import { asArray, asObject, asSignal, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

const BASE_URL = 'https://generativelanguage.googleapis.com';

/** An option of the call, else of the model or chat: `requestOptions` since 0.3, `_requestOptions` since 0.17. */
function requestOption(name: string, self: unknown, args: readonly unknown[]): unknown {
  const callOption = asObject(args[1])?.[name];
  if (callOption !== undefined) return callOption;
  const fields = asObject(self);
  return (asObject(fields?._requestOptions) ?? asObject(fields?.requestOptions))?.[name];
}

/** The `signal` of a call (0.20 and later). The SDK ignores a signal that was aborted before the call. */
export const signalOf: SignalOf = (self, args) => {
  const signal = asSignal(requestOption('signal', self, args));
  return signal?.aborted === false ? signal : undefined;
};

/** A setting of the request, else of `defaults`. Only an object with `contents` is a request with settings. */
function setting(name: string, request: unknown, defaults: Fields | undefined): unknown {
  const fields = asObject(request);
  return fields !== undefined && Array.isArray(fields.contents) && Object.hasOwn(fields, name)
    ? fields[name]
    : readOnce(defaults?.[name]);
}

type DefaultsOf = (self: Fields | undefined) => Fields | undefined;

function endpoint(self: unknown, args: readonly unknown[]): Endpoint {
  return { provider: 'gcp.gemini', ...addressOf(asString(requestOption('baseUrl', self, args)) ?? BASE_URL) };
}

/** `defaultsOf`: the settings of the model or chat, for settings that the request leaves out. */
function generateReader(
  stream: boolean,
  defaultsOf: DefaultsOf,
  contentsOf: (self: Fields, request: unknown) => unknown,
): CallReader {
  return {
    operation: 'generate_content',
    looksTwice: true,
    request(self, args) {
      const fields = asObject(self);
      return {
        operation: 'generate_content',
        ...endpoint(self, args),
        model: modelName(fields?.model),
        stream,
        attributes: generationAttributes(asObject(setting('generationConfig', args[0], defaultsOf(fields))), stream),
      };
    },
    response: (body) => generateFacts(asObject(body)?.response),
    stream: (content, limit) => new GenerateReader(content ? new GenerateContentAccumulator(limit) : undefined),
    input(args, self) {
      const fields = asObject(self) ?? {};
      const defaults = defaultsOf(fields);
      return generateInput(
        contentsOf(fields, args[0]),
        setting('systemInstruction', args[0], defaults),
        setting('tools', args[0], defaults),
      );
    },
    output: (body) => generateOutput(asObject(body)?.response),
    failure: googleFailure,
  };
}

const modelDefaults: DefaultsOf = (self) => self;
const chatDefaults: DefaultsOf = (self) => asObject(self?.params);

/** The request is a text, parts, or an object with contents. */
const requestContents = (_self: Fields, request: unknown): unknown => asObject(request)?.contents ?? request;

/** A chat sends the history with every message. */
const chatContents = (self: Fields, request: unknown): unknown => [
  ...(asArray(readOnce(self._history)) ?? []),
  { role: 'user', parts: typeof request === 'string' ? [request] : request },
];

/** `dimensions` reads the length of the vectors from the request (0.21 and later). */
function embeddingReader(dimensions: (request: unknown) => unknown): CallReader {
  return {
    operation: 'embeddings',
    looksTwice: true,
    request(self, args) {
      return {
        operation: 'embeddings',
        ...endpoint(self, args),
        model: modelName(asObject(self)?.model),
        attributes: embeddingAttributes(dimensions(args[0])),
      };
    },
    response: answerOrError(embeddingFacts),
    failure: googleFailure,
  };
}

/** Class, method and reader. */
export const METHODS: readonly (readonly [owner: string, name: string, reader: CallReader])[] = [
  ['GenerativeModel', 'generateContent', generateReader(false, modelDefaults, requestContents)],
  ['GenerativeModel', 'generateContentStream', generateReader(true, modelDefaults, requestContents)],
  ['GenerativeModel', 'embedContent', embeddingReader((request) => asObject(request)?.outputDimensionality)],
  [
    'GenerativeModel',
    'batchEmbedContents',
    embeddingReader((request) => asObject(asArray(asObject(request)?.requests)?.[0])?.outputDimensionality),
  ],
  ['ChatSession', 'sendMessage', generateReader(false, chatDefaults, chatContents)],
  ['ChatSession', 'sendMessageStream', generateReader(true, chatDefaults, chatContents)],
];
