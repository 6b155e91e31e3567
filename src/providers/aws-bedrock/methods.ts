/** The reader of every command that calls a model. */
import type { Attributes } from '@opentelemetry/api';
import type { CallReader, Failure, OperationName, RequestFacts } from '../../facts/call.ts';
import { readOnce } from '../../telemetry/content/read-once.ts';
import { asNumber, asObject, asString } from '../reading/unknown-values.ts';
import type { CommandName } from './commands.ts';
import { converseInput, converseOutput } from './converse/content.ts';
import { converseAttributes } from './converse/request.ts';
import { converseFacts } from './converse/response.ts';
import { ConverseReader } from './converse/stream.ts';
import { bedrockAddress } from './endpoint.ts';
import { decodedBody, operationOf } from './invoke/body.ts';
import { invokeInput, invokeOutput } from './invoke/content.ts';
import { invokeAttributes } from './invoke/request.ts';
import { invokeFacts } from './invoke/response.ts';
import { InvokeReader } from './invoke/stream.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Names of errors that say nothing: the SDK takes them when a header of the answer is missing. */
const UNSPECIFIC: ReadonlySet<unknown> = new Set(['BedrockRuntimeServiceException', 'UnknownError', 'Error']);

/** The code of an error of the service is the name of the error; an error on the way has other codes. */
function failure(error: unknown): Partial<Failure> | undefined {
  const thrown = asObject(error);
  if (thrown === undefined || !('$fault' in thrown || '$metadata' in thrown)) return undefined;
  const name = asString(thrown.name);
  if (name !== undefined && !UNSPECIFIC.has(name) && '$fault' in thrown) return { type: name };
  const status = asNumber(asObject(thrown.$metadata)?.httpStatusCode);
  // An answer that the SDK cannot read has a good status.
  return status === undefined || status < 400 ? undefined : { type: String(status) };
}

/** The reader of one call of `send`; `undefined` if the command calls no model. */
export function readerOf(name: CommandName | undefined, command: unknown, client: unknown): CallReader | undefined {
  if (name === undefined) return undefined;
  // A view: getters of the application run once.
  const input = asObject(readOnce((command as { readonly input?: unknown }).input)) ?? {};
  const call: BedrockCall = {
    input,
    stream: name === 'ConverseStream' || name === 'InvokeModelWithResponseStream',
    client,
  };
  return name.startsWith('Converse') ? converse(call) : invoke(call);
}

/** One call. */
interface BedrockCall {
  readonly input: Fields;
  readonly stream: boolean;
  readonly client: unknown;
}

function converse(call: BedrockCall): CallReader {
  const { input, stream } = call;
  return {
    operation: 'chat',
    request: () => requestFacts(call, 'chat', asString(input.modelId), converseAttributes(input, stream)),
    response: converseFacts,
    stream: (content, limit) => new ConverseReader(content ? limit : undefined),
    input: () => converseInput(input),
    output: converseOutput,
    failure,
  };
}

/** The body decides on the operation, because a model may have any name. */
function invoke(call: BedrockCall): CallReader {
  const { input, stream } = call;
  const body = decodedBody(input.body) ?? {};
  const model = asString(input.modelId);
  const operation = operationOf(body, model ?? '');
  const generates = operation === 'chat' || operation === 'text_completion';
  return {
    operation,
    request: () => requestFacts(call, operation, model, invokeAttributes(input, body, operation, stream)),
    response: (answer) => invokeFacts(decodedBody(asObject(answer)?.body), generates),
    stream: (content, limit) => new InvokeReader(content ? limit : undefined),
    ...(generates && {
      input: () => invokeInput(body),
      output: (answer) => invokeOutput(decodedBody(asObject(answer)?.body)),
    }),
    failure,
  };
}

function requestFacts(
  { input, stream, client }: BedrockCall,
  operation: OperationName,
  model: string | undefined,
  attributes: Attributes,
): RequestFacts {
  const { serviceTier } = input;
  return {
    operation,
    // Whatever the host: an endpoint of the application is a proxy or a VPC.
    provider: 'aws.bedrock',
    get address() {
      return bedrockAddress(client).address;
    },
    get port() {
      return bedrockAddress(client).port;
    },
    addressComesLate: bedrockAddress(client).address === undefined,
    model,
    stream,
    tier: asString(asObject(serviceTier)?.type) ?? asString(serviceTier),
    attributes,
  };
}
