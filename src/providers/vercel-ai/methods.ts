/** Every recorded method of the AI SDK's models: how its options and answers are read. */
import type { Attributes } from '@opentelemetry/api';
import type { CallReader, OperationName } from '../../facts/call.ts';
import { modelName } from '../formats/gemini/request.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asObject } from '../reading/unknown-values.ts';
import { generateOutput, languageInput } from './content.ts';
import { PartsAccumulator } from './content-stream.ts';
import { endpointOfModel } from './provider-name.ts';
import {
  embeddingAttributes,
  imageAttributes,
  languageAttributes,
  serviceTierOf,
  speechAttributes,
} from './request.ts';
import { embeddingFacts, generateFacts, plainFacts } from './response.ts';
import { PartsReader } from './stream.ts';

/** A method of a model whose one argument holds its options. */
function method(
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
    ...rest,
  };
}

const language: Pick<CallReader, 'response' | 'input' | 'output'> = {
  response: generateFacts,
  input: ([options]) => languageInput(options),
  output: generateOutput,
};

/** The kinds of models there are, and what each does by a request of its own. */
export const KINDS = {
  language: {
    doGenerate: method('chat', (options) => languageAttributes(options, false), language),
    doStream: method('chat', (options) => languageAttributes(options, true), {
      ...language,
      stream: (captures, limit) => new PartsReader(captures ? new PartsAccumulator(limit) : undefined),
    }),
  },
  embedding: { doEmbed: method('embeddings', embeddingAttributes, { response: embeddingFacts }) },
  image: { doGenerate: method('image_generation', imageAttributes, { response: plainFacts }) },
  speech: { doGenerate: method('speech', speechAttributes, { response: plainFacts }) },
  transcription: { doGenerate: method('transcription', () => ({}), { response: plainFacts }) },
  reranking: { doRerank: method('rerank', () => ({}), { response: plainFacts }) },
} as const satisfies Readonly<Record<string, Readonly<Record<string, CallReader>>>>;

/** A key of {@link KINDS}. */
export type Kind = keyof typeof KINDS;

/** `reader` of a call whose input, output or both are not to be captured, as the application said. */
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
