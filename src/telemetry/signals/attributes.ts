import type { Attributes } from '@opentelemetry/api';
import type { Modality, RequestFacts, ResponseFacts, UsageFacts } from '../../facts/call.ts';
import type { Cost } from '../../facts/prices.ts';
import {
  COST_MODEL,
  OPERATION_NAME,
  PROVIDER_NAME,
  REQUEST_MODEL,
  RESPONSE_FINISH_REASONS,
  RESPONSE_ID,
  RESPONSE_MODEL,
  SERVER_ADDRESS,
  SERVER_PORT,
  USAGE_CACHE_CREATION_INPUT_TOKENS,
  USAGE_CACHE_READ_INPUT_TOKENS,
  USAGE_CACHE_WRITE_INPUT_TOKENS,
  USAGE_COST,
  USAGE_COST_INPUT,
  USAGE_COST_OUTPUT,
  USAGE_ESTIMATED,
  USAGE_INPUT_TOKENS,
  USAGE_OUTPUT_TOKENS,
  USAGE_REASONING_OUTPUT_TOKENS,
} from '../../facts/semconv.ts';
import { boundedId, boundedName, MAX_ID_LENGTH, MAX_NAME_LENGTH } from '../../runtime/bounded-name.ts';

/** `chat gpt-4o`: the operation and its model or target. */
export function spanName(request: RequestFacts): string {
  const target = request.target ?? (request.model === undefined ? undefined : boundedName(request.model));
  return target === undefined ? request.operation : `${request.operation} ${target}`;
}

/** All attributes known when the call starts; samplers see all of them. Completes `request.attributes` in place. */
export function startAttributes(request: RequestFacts): Attributes {
  const { attributes } = request;
  attributes[OPERATION_NAME] = request.operation;
  attributes[PROVIDER_NAME] = request.provider;
  if (request.model !== undefined) attributes[REQUEST_MODEL] = boundedName(request.model);
  addAddress(attributes, request);
  return attributes;
}

/** Adds the address of the server, as far as it is known. */
export function addAddress(attributes: Attributes, { address, port }: RequestFacts): void {
  if (address === undefined) return;
  attributes[SERVER_ADDRESS] = address;
  if (port !== undefined) attributes[SERVER_PORT] = port;
}

/** Attributes of the answer. Completes `response.attributes` in place. `withOldNames` adds the v1.41 name of the cache write count. */
export function responseAttributes(response: ResponseFacts, withOldNames: boolean): Attributes {
  const attributes: Attributes = response.attributes ?? {};
  boundAttributes(attributes);
  if (response.id !== undefined) attributes[RESPONSE_ID] = boundedId(response.id);
  if (response.model !== undefined) attributes[RESPONSE_MODEL] = boundedName(response.model);
  if (response.finishReasons !== undefined && response.finishReasons.length > 0)
    attributes[RESPONSE_FINISH_REASONS] = response.finishReasons.map((reason) => boundedName(reason));
  if (response.usage !== undefined) addUsage(attributes, response.usage, withOldNames);
  return attributes;
}

/** Adds the cost of a call. */
export function addCost(attributes: Attributes, cost: Cost): void {
  attributes[USAGE_COST] = cost.total;
  if (cost.input !== undefined) attributes[USAGE_COST_INPUT] = cost.input;
  if (cost.output !== undefined) attributes[USAGE_COST_OUTPUT] = cost.output;
  attributes[COST_MODEL] = cost.model;
}

const ID = /[._]id$/;

/** Bounds the texts that the provider named, in place. */
function boundAttributes(attributes: Attributes): void {
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    const length = ID.test(key) ? MAX_ID_LENGTH : MAX_NAME_LENGTH;
    if (typeof value === 'string') attributes[key] = boundedName(value, length);
    else if (Array.isArray(value))
      attributes[key] = value.map((item) => (typeof item === 'string' ? boundedName(item, length) : item)) as string[];
  }
}

function addUsage(attributes: Attributes, usage: UsageFacts, withOldNames: boolean): void {
  if (usage.input !== undefined) attributes[USAGE_INPUT_TOKENS] = usage.input;
  if (usage.output !== undefined) attributes[USAGE_OUTPUT_TOKENS] = usage.output;
  if (usage.estimated === true) attributes[USAGE_ESTIMATED] = true;
  if (usage.cacheRead !== undefined) attributes[USAGE_CACHE_READ_INPUT_TOKENS] = usage.cacheRead;
  if (usage.cacheWrite !== undefined) {
    attributes[USAGE_CACHE_WRITE_INPUT_TOKENS] = usage.cacheWrite;
    if (withOldNames) attributes[USAGE_CACHE_CREATION_INPUT_TOKENS] = usage.cacheWrite;
  }
  if (usage.reasoning !== undefined) attributes[USAGE_REASONING_OUTPUT_TOKENS] = usage.reasoning;
  if (usage.inputBy !== undefined) addModalities(attributes, usage.inputBy, 'input_tokens');
  if (usage.outputBy !== undefined) addModalities(attributes, usage.outputBy, 'output_tokens');
  if (usage.cacheReadBy !== undefined) addModalities(attributes, usage.cacheReadBy, 'cache_read.input_tokens');
}

function addModalities(attributes: Attributes, by: Partial<Record<Modality, number | undefined>>, kind: string): void {
  for (const modality of Object.keys(by) as Modality[]) {
    const tokens = by[modality];
    if (tokens !== undefined) attributes[`gen_ai.usage.${modality}.${kind}`] = tokens;
  }
}
