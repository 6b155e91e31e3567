/** Every recorded method of genai's `Models`, with the reader of its parameters and answers. */
import type { Attributes } from '@opentelemetry/api';
import type { CallReader, OperationName, RequestFacts, ResponseFacts } from '../../facts/call.ts';
import { OUTPUT_TYPE, REQUEST_CHOICE_COUNT } from '../../facts/semconv.ts';
import type { SignalOf } from '../../patching/calls/async-calls.ts';
import { isPlainObject } from '../../runtime/plain-object.ts';
import { generateInput, generateOutput } from '../formats/gemini/content.ts';
import { GenerateContentAccumulator } from '../formats/gemini/content-stream.ts';
import { embeddingAttributes, generationAttributes, modelName } from '../formats/gemini/request.ts';
import { embeddingFacts, generateFacts } from '../formats/gemini/response.ts';
import { GenerateReader } from '../formats/gemini/stream.ts';
import { answerOrError } from '../reading/error-answers.ts';
import { googleFailure } from '../reading/error-codes.ts';
import { integerAttribute } from '../reading/request-attributes.ts';
import { asObject, asSignal, asString } from '../reading/unknown-values.ts';
import { withDroppedError } from './dropped-errors.ts';
import { endpointOf } from './endpoint.ts';

type Config = Readonly<Record<string, unknown>>;

const configOf = (args: readonly unknown[]): Config | undefined => asObject(asObject(args[0])?.config);

/** The config that a reader has seen, by request: the signal is in the config, and a getter of the application has to run once. */
const seenConfigs = new WeakMap<RequestFacts, Config>();

/** The `abortSignal` of a call. */
export const signalOf: SignalOf = (_self, args, request) => {
  const config = request && seenConfigs.get(request);
  const signal = asSignal((config ?? configOf(args))?.abortSignal);
  // A view of a plain object would keep the first state of the signal.
  return config !== undefined && signal !== undefined && isPlainObject(signal)
    ? asSignal(configOf(args)?.abortSignal)
    : signal;
};

/** The reader of a method with `model` and `config` in the first argument. */
function readerOf(
  operation: OperationName,
  attributes: (config: Config | undefined) => Attributes,
  rest: Omit<CallReader, 'operation' | 'request'>,
): CallReader {
  const stream = rest.stream !== undefined;
  return {
    operation,
    looksTwice: true,
    request(self, args) {
      const config = configOf(args);
      const { provider, address, port } = endpointOf(asObject(self)?.apiClient, asObject(config?.httpOptions)?.baseUrl);
      const facts: RequestFacts = {
        operation,
        provider,
        model: modelName(asObject(args[0])?.model),
        address,
        port,
        stream,
        tier: asString(config?.serviceTier),
        attributes: attributes(config),
      };
      seenConfigs.set(facts, config ?? {});
      return facts;
    },
    failure: googleFailure,
    ...rest,
    response: withDroppedError(answerOrError(rest.response)),
  };
}

const content: Pick<CallReader, 'response' | 'input' | 'output'> = {
  response: generateFacts,
  input(args) {
    const { contents, config } = asObject(args[0]) ?? {};
    const { systemInstruction, tools } = asObject(config) ?? {};
    return generateInput(contents, systemInstruction, tools);
  },
  output: generateOutput,
};

const generate = readerOf('generate_content', (config) => generationAttributes(config, false), content);

const generateStream = readerOf('generate_content', (config) => generationAttributes(config, true), {
  ...content,
  stream: (captures, limit) => new GenerateReader(captures ? new GenerateContentAccumulator(limit) : undefined),
});

const embed = readerOf('embeddings', (config) => embeddingAttributes(config?.outputDimensionality), {
  response: embeddingFacts,
});

/** Answers with images and videos hold no value for an attribute. */
const noFacts = (): ResponseFacts => ({});

const image = readerOf('image_generation', (config) => mediaAttributes(config?.numberOfImages, 'image'), {
  response: noFacts,
});

/** The answer is a job, so the span covers only the request to start the job. */
const video = readerOf('video_generation', (config) => mediaAttributes(config?.numberOfVideos), { response: noFacts });

function mediaAttributes(count: unknown, output?: string): Attributes {
  const attributes: Attributes = output === undefined ? {} : { [OUTPUT_TYPE]: output };
  if (count !== 1) integerAttribute(attributes, REQUEST_CHOICE_COUNT, count);
  return attributes;
}

/**
 * The names are the same from 1.0 to 3.1; in early versions `embedContent` and `generateVideos` were methods of the
 * prototype.
 */
export const METHODS: readonly (readonly [name: string, reader: CallReader])[] = [
  ['generateContentInternal', generate],
  ['generateContentStreamInternal', generateStream],
  ['embedContentInternal', embed],
  ['embedContent', embed],
  ['generateImagesInternal', image],
  ['editImageInternal', image],
  ['upscaleImageInternal', image],
  ['recontextImage', image],
  ['segmentImage', image],
  ['generateVideosInternal', video],
  ['generateVideos', video],
];
