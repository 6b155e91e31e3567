/** Readers for SDKs of the format: methods whose first argument is the body of a request. */
import type { Attributes } from '@opentelemetry/api';
import type { CallReader, OperationName, ProviderHosts, RequestFacts } from '../../../facts/call.ts';
import type { Endpoint } from '../../reading/endpoint.ts';
import { answerOrError } from '../../reading/error-answers.ts';
import { clientOf, type Params, paramsOf } from '../../reading/stainless-arguments.ts';
import { asString } from '../../reading/unknown-values.ts';
import { chatInput, chatOutput, completionInput, completionOutput } from './content.ts';
import { ChatContentAccumulator, CompletionContentAccumulator } from './content-stream.ts';
import { chatAttributes, completionAttributes, embeddingsAttributes, isUsageNotRequested } from './request.ts';
import { completionFacts, plainFacts } from './response.ts';
import { CompletionReader } from './stream.ts';

/** Finds provider and address of a client. */
export type FindEndpoint = (client: unknown, hosts: ProviderHosts) => Endpoint;

/** A method of an SDK. */
export interface BodyMethod extends Omit<CallReader, 'request'> {
  /** Request attributes of the body. */
  readonly attributes: (params: Params) => Attributes;
  /** The server leaves token counts out of a stream, unless `stream_options` asks for them. */
  readonly leavesUsageOut?: true;
  /** Measured as an operation that is not inference. */
  readonly measuredAsOther?: true;
}

/** The reader of a method whose first argument is the body. */
export function bodyReader(endpoint: FindEndpoint, method: BodyMethod): CallReader {
  const { attributes, leavesUsageOut, measuredAsOther, ...reader } = method;
  const operation: OperationName = method.operation;
  return {
    ...reader,
    response: answerOrError(reader.response),
    request(self, args, hosts): RequestFacts {
      const params = paramsOf(args);
      const { provider, address, port } = endpoint(clientOf(self), hosts);
      return {
        operation,
        provider,
        model: asString(params.model),
        address,
        port,
        stream: params.stream === true,
        usageNotRequested: leavesUsageOut && isUsageNotRequested(params),
        measuredAsOther,
        tier: asString(params.service_tier),
        attributes: attributes(params),
      };
    },
  };
}

/** `chat.completions.create` */
export const CHAT = {
  operation: 'chat',
  attributes: chatAttributes,
  response: (body) => completionFacts(body),
  stream: (content, limit) => new CompletionReader(content ? new ChatContentAccumulator(limit) : undefined),
  input: (args) => chatInput(paramsOf(args)),
  output: chatOutput,
} as const satisfies BodyMethod;

/** `completions.create` */
export const COMPLETION = {
  operation: 'text_completion',
  attributes: completionAttributes,
  response: (body) => completionFacts(body),
  stream: (content, limit) => new CompletionReader(content ? new CompletionContentAccumulator(limit) : undefined),
  input: (args) => completionInput(paramsOf(args)),
  output: completionOutput,
} as const satisfies BodyMethod;

/** `embeddings.create` */
export const EMBEDDINGS = {
  operation: 'embeddings',
  attributes: embeddingsAttributes,
  response: plainFacts,
} as const satisfies BodyMethod;

/** `rerank.create` */
export const RERANK = {
  operation: 'rerank',
  attributes: () => ({}),
  response: plainFacts,
} as const satisfies BodyMethod;
