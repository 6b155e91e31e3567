import type { Attributes, Context } from '@opentelemetry/api';
import { cleanAttributes, isReserved } from '../attribute-values.ts';
import type { Config } from '../config.ts';
import { type DynamicAttributesHook, runHook, type StartingSpan } from './call-hooks.ts';
import { baggageOf } from './otel.ts';

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
  if (config.dynamicAttributes !== undefined) addDynamic(attributes, config.dynamicAttributes, spanName, facts);
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

function fillIn(attributes: Attributes, more: Attributes): void {
  for (const name in more) if (attributes[name] === undefined) attributes[name] = more[name];
}

function addBaggage(attributes: Attributes, context: Context, keys: readonly string[]): void {
  const baggage = baggageOf(context);
  if (baggage === undefined) return;
  for (const [name, { value }] of baggage.getAllEntries())
    if (attributes[name] === undefined && !isReserved(name) && keys.some((key) => matches(name, key)))
      attributes[name] = value;
}

const matches = (name: string, key: string): boolean =>
  key.endsWith('*') ? name.startsWith(key.slice(0, -1)) : name === key;
