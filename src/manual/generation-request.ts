/** Facts of a request from the options of `traceGeneration`. Values that cannot be used are left out. */
import type { Attributes } from '@opentelemetry/api';
import { cleanAttributes } from '../config/attribute-values.ts';
import type { OperationName, RequestFacts } from '../facts/call.ts';
import type { InputContent, Message, Part, ToolDefinition } from '../facts/messages.ts';
import {
  CONVERSATION_ID,
  EMBEDDINGS_DIMENSION_COUNT,
  OUTPUT_TYPE,
  REQUEST_CHOICE_COUNT,
  REQUEST_FREQUENCY_PENALTY,
  REQUEST_MAX_TOKENS,
  REQUEST_PRESENCE_PENALTY,
  REQUEST_PREVIOUS_RESPONSE_ID,
  REQUEST_REASONING_LEVEL,
  REQUEST_SEED,
  REQUEST_STOP_SEQUENCES,
  REQUEST_STREAM,
  REQUEST_TEMPERATURE,
  REQUEST_TOP_K,
  REQUEST_TOP_P,
} from '../facts/semconv.ts';
import { addressOf } from '../providers/reading/endpoint.ts';
import {
  integerAttribute,
  numberAttribute,
  stopSequences,
  textAttribute,
} from '../providers/reading/request-attributes.ts';
import { asArray, asObject, asString } from '../providers/reading/unknown-values.ts';
import { warnOnce } from '../runtime/log.ts';
import type { GenerationOptions } from './generation-options.ts';

type Options = Readonly<Record<string, unknown>>;
type SetAttribute = (attributes: Attributes, name: string, value: unknown) => void;

const setUnlessOne: SetAttribute = (attributes, name, value) => {
  if (value !== 1) integerAttribute(attributes, name, value);
};
const setIfTrue: SetAttribute = (attributes, name, value) => {
  if (value === true) attributes[name] = true;
};

/** Request attributes by option. */
const ATTRIBUTES: Readonly<Partial<Record<keyof GenerationOptions, readonly [name: string, set: SetAttribute]>>> = {
  temperature: [REQUEST_TEMPERATURE, numberAttribute],
  topP: [REQUEST_TOP_P, numberAttribute],
  topK: [REQUEST_TOP_K, numberAttribute],
  maxTokens: [REQUEST_MAX_TOKENS, integerAttribute],
  stopSequences: [REQUEST_STOP_SEQUENCES, (attributes, _, value) => stopSequences(attributes, value)],
  frequencyPenalty: [REQUEST_FREQUENCY_PENALTY, numberAttribute],
  presencePenalty: [REQUEST_PRESENCE_PENALTY, numberAttribute],
  seed: [REQUEST_SEED, integerAttribute],
  choiceCount: [REQUEST_CHOICE_COUNT, setUnlessOne],
  stream: [REQUEST_STREAM, setIfTrue],
  reasoningLevel: [REQUEST_REASONING_LEVEL, textAttribute],
  outputType: [OUTPUT_TYPE, textAttribute],
  conversationId: [CONVERSATION_ID, textAttribute],
  previousResponseId: [REQUEST_PREVIOUS_RESPONSE_ID, textAttribute],
  dimensions: [EMBEDDINGS_DIMENSION_COUNT, integerAttribute],
};

/** `gen_ai.operation.name` of a call. */
export function operationOf(options: Options): OperationName {
  const { operation = 'chat' } = options;
  if (typeof operation === 'string' && /^[a-z]\w*$/.test(operation)) return operation as OperationName;
  warnOnce('traceGeneration: expected an operation, as in { operation: "embeddings" }; it is recorded as "chat".');
  return 'chat';
}

/** Facts of the request. */
export function requestOf(options: Options, operation: OperationName): RequestFacts {
  const provider = asString(options.provider);
  if (provider === undefined)
    warnOnce('traceGeneration: expected a provider, as in { provider: "cohere" }; it is recorded as "_OTHER".');
  const attributes: Attributes = {};
  if (options.attributes !== undefined)
    Object.assign(attributes, cleanAttributes(options.attributes, 'attributes of traceGeneration'));
  for (const [option, [name, set]] of Object.entries(ATTRIBUTES)) set(attributes, name, options[option]);
  const server = asString(options.server);
  return {
    operation,
    provider: provider ?? '_OTHER',
    model: asString(options.model),
    ...(server === undefined ? {} : addressOf(server.includes('://') ? server : `https://${server}`)),
    stream: options.stream === true,
    tier: asString(options.serviceTier),
    attributes,
  };
}

/** Input messages, instructions and tools of the call. */
export function inputOf({ system, input, tools }: Options): InputContent {
  return {
    system: typeof system === 'string' ? [textOf(system)] : parts(system),
    messages: messagesOf(input, 'user'),
    tools: objects(tools)?.filter(isDefinition) as ToolDefinition[] | undefined,
  };
}

/** Messages of the conventions; a text is one message of `role`. */
export function messagesOf(value: unknown, role: string): Message[] | undefined {
  if (typeof value === 'string') return [{ role, parts: [textOf(value)] }];
  return objects(value)?.map((message) => ({
    ...message,
    role: asString(message.role) ?? role,
    parts: parts(message.parts) ?? [],
  }));
}

const isDefinition = ({ type, name }: Options): boolean => asString(type) !== undefined && asString(name) !== undefined;

const textOf = (content: string): Part => ({ type: 'text', content });

function parts(value: unknown): Part[] | undefined {
  return objects(value)?.filter((part): part is Part => asString(part.type) !== undefined);
}

function objects(value: unknown): Record<string, unknown>[] | undefined {
  return asArray(value)
    ?.map(asObject)
    .filter((item) => item !== undefined);
}
