/** Every recorded method of the SDK: what it means, and how its arguments and answers are read. */
import type { Attributes } from '@opentelemetry/api';
import type { CallReader, OperationName, RequestFacts } from '../../facts/call.ts';
import { chatInput, chatOutput, completionInput, completionOutput } from '../formats/openai-chat/content.ts';
import { ChatContentAccumulator, CompletionContentAccumulator } from '../formats/openai-chat/content-stream.ts';
import { openaiAttributes } from '../formats/openai-chat/openai-attributes.ts';
import { embeddingsAttributes } from '../formats/openai-chat/request.ts';
import { completionFacts, plainFacts } from '../formats/openai-chat/response.ts';
import { CompletionReader } from '../formats/openai-chat/stream.ts';
import { endpointOf } from '../reading/endpoint.ts';
import { googleFailure } from '../reading/error-codes.ts';
import { clientOf, type Params, paramsOf } from '../reading/stainless-arguments.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { isUsageUnasked } from './ask-for-usage.ts';
import { responsesInput, responsesOutput } from './content.ts';
import { ResponsesContentAccumulator } from './content-stream.ts';
import {
  chatAttributes,
  completionAttributes,
  imageAttributes,
  responsesAttributes,
  retrieveAttributes,
  searchAttributes,
  speechAttributes,
  transcriptionAttributes,
} from './request.ts';
import { compactionFacts, fetchedFacts, pageFacts, responseFacts } from './response.ts';
import { MediaReader, ResponsesReader } from './stream.ts';
import { hintAtUsage } from './stream-usage.ts';

/** A method whose first argument is the body. */
function method(
  operation: OperationName,
  attributes: (params: Params) => Attributes,
  rest: Omit<CallReader, 'operation' | 'request'> & { measuredAsOther?: true; leavesUsageOut?: true },
): CallReader {
  const { measuredAsOther, leavesUsageOut, ...reader } = rest;
  return {
    operation,
    request(self, args, hosts): RequestFacts {
      const params = paramsOf(args);
      const { provider, address, port } = endpointOf(clientOf(self), 'openai', hosts);
      return {
        operation,
        provider,
        model: asString(params.model),
        address,
        port,
        stream: params.stream === true,
        usageNotRequested: leavesUsageOut && isUsageUnasked(params),
        measuredAsOther,
        tier: asString(params.service_tier),
        attributes: attributes(params),
      };
    },
    failure: googleFailure,
    completed: hintAtUsage,
    ...reader,
  };
}

const chat = method('chat', chatAttributes, {
  leavesUsageOut: true,
  response: (body) => completionFacts(body, openaiAttributes),
  stream: (content, limit) =>
    new CompletionReader(content ? new ChatContentAccumulator(limit) : undefined, openaiAttributes),
  input: (args) => chatInput(paramsOf(args)),
  output: chatOutput,
});

const completion = method('text_completion', completionAttributes, {
  response: (body) => completionFacts(body, openaiAttributes),
  stream: (content, limit) =>
    new CompletionReader(content ? new CompletionContentAccumulator(limit) : undefined, openaiAttributes),
  input: (args) => completionInput(paramsOf(args)),
  output: completionOutput,
});

const responses = method('chat', responsesAttributes, {
  response: responseFacts,
  stream: (content, limit) => new ResponsesReader(false, content ? new ResponsesContentAccumulator(limit) : undefined),
  input: (args) => responsesInput(paramsOf(args)),
  output: responsesOutput,
});

const image = method('image_generation', imageAttributes, {
  response: plainFacts,
  stream: () => new MediaReader(),
});

const listening = (operation: 'transcription' | 'translation'): CallReader =>
  method(operation, transcriptionAttributes, { response: plainFacts, stream: () => new MediaReader() });

/** The id is the first argument: `responses.retrieve(id, query)`. */
const retrieve: CallReader = {
  operation: 'fetch_response',
  request(self, args, hosts) {
    const query = asObject(args[1]) ?? {};
    const { provider, address, port } = endpointOf(clientOf(self), 'openai', hosts);
    return {
      operation: 'fetch_response',
      provider,
      address,
      port,
      stream: query.stream === true,
      attributes: retrieveAttributes(query),
    };
  },
  response: fetchedFacts,
  stream: (content, limit) => new ResponsesReader(true, content ? new ResponsesContentAccumulator(limit) : undefined),
  output: responsesOutput,
  failure: googleFailure,
};

/** The store is the first argument: `vectorStores.search(id, params)`. */
const search: CallReader = {
  operation: 'retrieval',
  request(self, args, hosts) {
    const store = asString(args[0]);
    const { provider, address, port } = endpointOf(clientOf(self), 'openai', hosts);
    return {
      operation: 'retrieval',
      provider,
      target: store,
      address,
      port,
      attributes: searchAttributes(store, asObject(args[1]) ?? {}),
    };
  },
  response: pageFacts,
  failure: googleFailure,
};

/**
 * Class (as a static of `OpenAI`) and method. Only methods that send the request themselves: `parse`, `stream` and
 * `runTools` end in one of these.
 */
export const METHODS: readonly (readonly [path: string, name: string, reader: CallReader])[] = [
  ['Chat.Completions', 'create', chat],
  ['Completions', 'create', completion],
  ['Responses', 'create', responses],
  ['Responses', 'retrieve', retrieve],
  [
    'Responses',
    'compact',
    // Counted apart from inference: the conventions have no operation for it.
    method('chat', responsesAttributes, { response: compactionFacts, measuredAsOther: true }),
  ],
  ['Beta.Responses', 'create', responses],
  [
    'Beta.Responses',
    'compact',
    method('chat', responsesAttributes, { response: compactionFacts, measuredAsOther: true }),
  ],
  ['Embeddings', 'create', method('embeddings', embeddingsAttributes, { response: plainFacts })],
  ['Images', 'generate', image],
  ['Images', 'edit', image],
  ['Images', 'createVariation', image],
  [
    'Audio.Speech',
    'create',
    method('speech', speechAttributes, { response: plainFacts, stream: () => new MediaReader() }),
  ],
  ['Audio.Transcriptions', 'create', listening('transcription')],
  ['Audio.Translations', 'create', listening('translation')],
  ['Moderations', 'create', method('moderation', () => ({}), { response: plainFacts })],
  ['VectorStores', 'search', search],
];
