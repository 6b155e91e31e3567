import type { Attributes, Context } from '@opentelemetry/api';
import { cleanAttributes, isReserved } from '../config/attribute-values.ts';
import type { Config } from '../config/options.ts';
import type { DynamicAttributesHook, StartingSpan } from '../facts/hooks.ts';
import { CONVERSATION_ID } from '../facts/semconv.ts';
import { baggageOf } from '../otel/globals.ts';
import { insideHook, runHook } from './call-hooks.ts';

/** Attributes of the scopes around a call. Shared by all copies of this package in a process. */
const ATTRIBUTES_KEY = Symbol.for('@x/llm-otel.attributes');

/** `context` with `attributes` on every LLM span that starts in it; they go before those that are there already. */
export function contextWithAttributes(context: Context, attributes: Attributes): Context {
  const outer = context.getValue(ATTRIBUTES_KEY) as Attributes | undefined;
  return context.setValue(ATTRIBUTES_KEY, { ...outer, ...attributes });
}

/**
 * Adds the custom attributes that hold in `context` to what a span starts with. What is there stays: facts of the call
 * go first, then dynamic ones, scopes, baggage, and the static ones last. Nothing is allocated where there are none.
 */
export function addCustomAttributes(
  attributes: Attributes,
  context: Context,
  config: Config,
  spanName: string,
  facts: Omit<StartingSpan, 'spanName'>,
): void {
  if (config.dynamicAttributes !== undefined && !insideHook(context))
    addDynamic(attributes, config.dynamicAttributes, spanName, facts);
  const scoped = context.getValue(ATTRIBUTES_KEY) as Attributes | undefined;
  if (scoped !== undefined) fillIn(attributes, scoped);
  if (config.baggageKeys.length > 0) addBaggage(attributes, context, config.baggageKeys);
  fillIn(attributes, config.attributes);
}

function addDynamic(
  attributes: Attributes,
  hook: DynamicAttributesHook,
  spanName: string,
  { operation, provider, model, target }: Omit<StartingSpan, 'spanName'>,
): void {
  const given = runHook('dynamicAttributes', () => hook({ operation, spanName, provider, model, target }));
  const clean = given === undefined ? undefined : cleanAttributes(given, 'option dynamicAttributes');
  if (clean !== undefined) fillIn(attributes, clean);
}

/** Attributes whose conversation is that of a scope: one that the request of an inner call names goes before it. */
const scopedConversation = new WeakSet<Attributes>();

/** `attributes` of a call that an inner call knows as `inner`: what is there stays, except a conversation that no request names. */
export function withInnerAttributes(attributes: Attributes, inner: Attributes): Attributes {
  const all = { ...inner, ...attributes };
  const conversation = inner[CONVERSATION_ID];
  if (conversation !== undefined && scopedConversation.has(attributes)) all[CONVERSATION_ID] = conversation;
  return all;
}

function fillIn(attributes: Attributes, more: Attributes): void {
  for (const name in more) add(attributes, name, more[name]);
}

function add(attributes: Attributes, name: string, value: Attributes[string]): void {
  if (attributes[name] !== undefined) return;
  attributes[name] = value;
  if (name === CONVERSATION_ID) scopedConversation.add(attributes);
}

function addBaggage(attributes: Attributes, context: Context, keys: readonly string[]): void {
  const baggage = baggageOf(context);
  if (baggage === undefined) return;
  for (const [name, { value }] of baggage.getAllEntries())
    if (!isReserved(name) && keys.some((key) => matches(name, key))) add(attributes, name, value);
}

const matches = (name: string, key: string): boolean =>
  key.endsWith('*') ? name.startsWith(key.slice(0, -1)) : name === key;
