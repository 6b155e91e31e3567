/** Every recorded method of the SDK, and how its arguments and answers are read. */
import type { CallReader } from '../../facts/call.ts';
import type { StainlessMethod } from '../../patching/stainless/stainless-sdk.ts';
import { ChatContentAccumulator, CompletionContentAccumulator } from '../formats/openai-chat/content-stream.ts';
import { openaiAttributes } from '../formats/openai-chat/openai-attributes.ts';
import {
  type BodyMethod,
  bodyReader,
  CHAT,
  COMPLETION,
  EMBEDDINGS,
  type FindEndpoint,
} from '../formats/openai-chat/readers.ts';
import { completionFacts, plainFacts } from '../formats/openai-chat/response.ts';
import { CompletionReader } from '../formats/openai-chat/stream.ts';
import { IMAGE, SPEECH, TRANSCRIPTION, TRANSLATION } from '../formats/openai-media/media-readers.ts';
import { endpointOf } from '../reading/endpoint.ts';
import { answerOrError } from '../reading/error-answers.ts';
import { googleFailure } from '../reading/error-codes.ts';
import { clientOf, paramsOf } from '../reading/stainless-arguments.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { responsesInput, responsesOutput } from './content.ts';
import { ResponsesContentAccumulator } from './content-stream.ts';
import {
  chatAttributes,
  completionAttributes,
  responsesAttributes,
  retrieveAttributes,
  searchAttributes,
} from './request.ts';
import { compactionFacts, fetchedFacts, pageFacts, responseFacts } from './response.ts';
import { ResponsesReader } from './stream.ts';
import { hintAtUsage } from './stream-usage.ts';

const endpoint: FindEndpoint = (client, hosts) => endpointOf(client, 'openai', hosts);

/** A method whose first argument is the body. */
function method(rest: BodyMethod): CallReader {
  return bodyReader(endpoint, { failure: googleFailure, completed: hintAtUsage, ...rest });
}

const chat = method({
  ...CHAT,
  attributes: chatAttributes,
  leavesUsageOut: true,
  response: (body) => completionFacts(body, openaiAttributes),
  stream: (content, limit) =>
    new CompletionReader(content ? new ChatContentAccumulator(limit) : undefined, openaiAttributes),
});

const completion = method({
  ...COMPLETION,
  attributes: completionAttributes,
  response: (body) => completionFacts(body, openaiAttributes),
  stream: (content, limit) =>
    new CompletionReader(content ? new CompletionContentAccumulator(limit) : undefined, openaiAttributes),
});

const responses = method({
  operation: 'chat',
  attributes: responsesAttributes,
  response: responseFacts,
  stream: (content, limit) => new ResponsesReader(false, content ? new ResponsesContentAccumulator(limit) : undefined),
  input: (args) => responsesInput(paramsOf(args)),
  output: responsesOutput,
});

/** Measured apart from inference: the conventions have no operation for a compaction. */
const compact = method({
  operation: 'chat',
  attributes: responsesAttributes,
  response: compactionFacts,
  measuredAsOther: true,
});

const image = method(IMAGE);

/** The id is the first argument: `responses.retrieve(id, query)`. */
const retrieve: CallReader = {
  operation: 'fetch_response',
  request(self, args, hosts) {
    const query = asObject(args[1]) ?? {};
    const { provider, address, port } = endpoint(clientOf(self), hosts);
    return {
      operation: 'fetch_response',
      provider,
      address,
      port,
      stream: query.stream === true,
      attributes: retrieveAttributes(query),
    };
  },
  response: answerOrError(fetchedFacts),
  stream: (content, limit) => new ResponsesReader(true, content ? new ResponsesContentAccumulator(limit) : undefined),
  output: responsesOutput,
  failure: googleFailure,
};

/** The store is the first argument: `vectorStores.search(id, params)`. */
const search: CallReader = {
  operation: 'retrieval',
  request(self, args, hosts) {
    const store = asString(args[0]);
    const { provider, address, port } = endpoint(clientOf(self), hosts);
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

/** The methods that send a request. The helpers `parse`, `stream` and `runTools` end in a method of the table. */
export const METHODS: readonly StainlessMethod[] = [
  ['Chat.Completions', 'create', chat],
  ['Completions', 'create', completion],
  ['Responses', 'create', responses],
  ['Responses', 'retrieve', retrieve],
  ['Responses', 'compact', compact],
  ['Beta.Responses', 'create', responses],
  ['Beta.Responses', 'compact', compact],
  ['Embeddings', 'create', method(EMBEDDINGS)],
  ['Images', 'generate', image],
  ['Images', 'edit', image],
  ['Images', 'createVariation', image],
  ['Audio.Speech', 'create', method(SPEECH)],
  ['Audio.Transcriptions', 'create', method(TRANSCRIPTION)],
  ['Audio.Translations', 'create', method(TRANSLATION)],
  ['Moderations', 'create', method({ operation: 'moderation', attributes: () => ({}), response: plainFacts })],
  ['VectorStores', 'search', search],
];
