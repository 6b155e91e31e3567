/** Every recorded method of `ollama`, with the reader of its arguments and answers. */
import type { Attributes } from '@opentelemetry/api';
import type { CallReader } from '../../facts/call.ts';
import { addressOf } from '../reading/endpoint.ts';
import { answerOrError } from '../reading/error-answers.ts';
import { type Params, paramsOf } from '../reading/stainless-arguments.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { chatInput, generateInput, ollamaOutput } from './content.ts';
import { embeddingAttributes, generationAttributes } from './request.ts';
import { answerFacts, embeddingFacts } from './response.ts';
import { AnswerReader } from './stream.ts';

/** The status stands in a field of this SDK; the SDK's `error` is the message. */
const failure: NonNullable<CallReader['failure']> = (error) => {
  const status = asObject(error)?.status_code;
  return typeof status === 'number' ? { type: String(status) } : undefined;
};

function reader(
  attributesOf: (params: Params) => Attributes,
  rest: Pick<CallReader, 'operation' | 'response' | 'stream' | 'input' | 'output'>,
): CallReader {
  const { operation } = rest;
  return {
    ...rest,
    response: answerOrError(rest.response),
    failure,
    request(self, args) {
      const params = paramsOf(args);
      const { host } = asObject(asObject(self)?.config) ?? {};
      return {
        operation,
        // Whatever the host: a server of Ollama answers, and not the provider of the host.
        provider: 'ollama',
        ...addressOf(host),
        model: asString(params.model),
        stream: params.stream === true,
        attributes: attributesOf(params),
      };
    },
  };
}

const generation = {
  response: answerFacts,
  stream: (content: boolean, limit: number) => new AnswerReader(content ? limit : undefined),
  output: ollamaOutput,
};

const embedding = reader(embeddingAttributes, { operation: 'embeddings', response: embeddingFacts });

/** Method and reader. */
export const METHODS: readonly (readonly [name: string, reader: CallReader])[] = [
  [
    'chat',
    reader(generationAttributes, { operation: 'chat', ...generation, input: (args) => chatInput(paramsOf(args)) }),
  ],
  [
    'generate',
    reader(generationAttributes, {
      operation: 'text_completion',
      ...generation,
      input: (args) => generateInput(paramsOf(args)),
    }),
  ],
  ['embed', embedding],
  ['embeddings', embedding],
];
