/** Every recorded method of AI SDK models, with the reader of options and answer. */
import type { Attributes } from '@opentelemetry/api';
import type { CallReader, OperationName } from '../../facts/call.ts';
import { modelName } from '../formats/gemini/request.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asObject } from '../reading/unknown-values.ts';
import { generateOutput, languageInput } from './content.ts';
import { PartsAccumulator } from './content-stream.ts';
import { endpointOfModel } from './endpoint.ts';
import { vercelFailure } from './failure.ts';
import {
  embeddingAttributes,
  imageAttributes,
  languageAttributes,
  serviceTierOf,
  speechAttributes,
} from './request.ts';
import { embeddingFacts, generateFacts, plainFacts } from './response.ts';
import { PartsReader } from './stream.ts';

/** The reader of a method with all options in the first argument. */
function readerOf(
  operation: OperationName,
  attributes: (options: Params) => Attributes,
  rest: Omit<CallReader, 'operation' | 'request'>,
): CallReader {
  const stream = rest.stream !== undefined;
  return {
    operation,
    request(self, args, hosts) {
      const options = asObject(args[0]) ?? {};
      return {
        operation,
        model: modelName((self as { readonly modelId?: unknown } | null | undefined)?.modelId),
        ...endpointOfModel(self, hosts),
        stream,
        tier: serviceTierOf(options),
        attributes: attributes(options),
      };
    },
    failure: vercelFailure,
    ...rest,
  };
}

const language: Pick<CallReader, 'response' | 'input' | 'output'> = {
  response: generateFacts,
  input: ([options]) => languageInput(options),
  output: generateOutput,
};

/** The methods of each kind of model; every method sends one request. */
export const MODEL_METHODS = {
  language: {
    doGenerate: readerOf('chat', (options) => languageAttributes(options, false), language),
    doStream: readerOf('chat', (options) => languageAttributes(options, true), {
      ...language,
      stream: (captures, limit) => new PartsReader(captures ? new PartsAccumulator(limit) : undefined),
    }),
  },
  embedding: { doEmbed: readerOf('embeddings', embeddingAttributes, { response: embeddingFacts }) },
  image: { doGenerate: readerOf('image_generation', imageAttributes, { response: plainFacts }) },
  speech: { doGenerate: readerOf('speech', speechAttributes, { response: plainFacts }) },
  transcription: { doGenerate: readerOf('transcription', () => ({}), { response: plainFacts }) },
  reranking: { doRerank: readerOf('rerank', () => ({}), { response: plainFacts }) },
} as const satisfies Readonly<Record<string, Readonly<Record<string, CallReader>>>>;

/** A key of {@link MODEL_METHODS}. */
export type ModelKind = keyof typeof MODEL_METHODS;

/** `reader` for a call whose options forbid to capture inputs, outputs or both. */
export function withoutContent(reader: CallReader, inputs: boolean, outputs: boolean): CallReader {
  if (inputs && outputs) return reader;
  const { input, output, stream, ...rest } = reader;
  return {
    ...rest,
    ...(input && { input: (args, self) => (inputs ? input(args, self) : {}) }),
    ...(output && outputs && { output }),
    ...(stream && { stream: (captures, limit) => stream(captures && outputs, limit) }),
  };
}
