/** How the recorded methods of the SDK are read. */
import type { Attributes } from '@opentelemetry/api';
import type { CallReader, OperationName, RequestFacts } from '../../facts/call.ts';
import { messageOutput, messagesInput } from '../formats/anthropic-messages/content.ts';
import { MessageContentAccumulator } from '../formats/anthropic-messages/content-stream.ts';
import { MessageReader } from '../formats/anthropic-messages/stream.ts';
import { endpointOf } from '../reading/endpoint.ts';
import { answerOrError } from '../reading/error-answers.ts';
import { clientOf, type Params, paramsOf } from '../reading/stainless-arguments.ts';
import { asString } from '../reading/unknown-values.ts';
import { completionInput, completionOutput } from './content.ts';
import { CompletionContentAccumulator } from './content-stream.ts';
import { anthropicFailure } from './failure.ts';
import { completionAttributes, messageAttributes } from './request.ts';
import { anthropicAttributes, completionFacts, messageFacts } from './response.ts';
import { CompletionReader } from './stream.ts';

function method(
  operation: OperationName,
  attributes: (params: Params, options: unknown) => Attributes,
  rest: Omit<CallReader, 'operation' | 'request'>,
): CallReader {
  return {
    operation,
    request(self, args, hosts): RequestFacts {
      const params = paramsOf(args);
      const { provider, address, port } = endpointOf(clientOf(self), 'anthropic', hosts);
      return {
        operation,
        provider,
        model: asString(params.model),
        address,
        port,
        stream: params.stream === true,
        attributes: attributes(params, args[1]),
      };
    },
    failure: anthropicFailure,
    ...rest,
    response: answerOrError(rest.response),
  };
}

/** `create` of every class called `Messages`: stable, beta, prompt caching, tools. */
export const message: CallReader = method('chat', messageAttributes, {
  response: messageFacts,
  stream: (content, limit) =>
    new MessageReader(content ? new MessageContentAccumulator(limit) : undefined, anthropicAttributes),
  input: (args) => messagesInput(paramsOf(args)),
  output: messageOutput,
});

/** `completions.create` */
export const completion: CallReader = method('text_completion', completionAttributes, {
  response: completionFacts,
  stream: (content, limit) => new CompletionReader(content ? new CompletionContentAccumulator(limit) : undefined),
  input: (args) => completionInput(paramsOf(args)),
  output: completionOutput,
});
