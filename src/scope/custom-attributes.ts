import type { Attributes, Context } from '@opentelemetry/api';
import { cleanAttributes, isReserved } from '../config/attribute-values.ts';
import type { Config } from '../config/options.ts';
import type { DynamicAttributesHook, StartingSpan } from '../facts/hooks.ts';
import { CONVERSATION_ID } from '../facts/semconv.ts';
import { baggageOf } from '../otel/globals.ts';
import { insideHook, runHook } from './call-hooks.ts';

/** Attributes of all scopes around a call. Shared by all copies of this package in a process. */
const ATTRIBUTES_KEY = Symbol.for('@x/llm-otel.attributes');

/** `context` with `attributes` for every LLM span that starts in the context. New attributes override attributes of outer scopes. */
export function contextWithAttributes(context: Context, attributes: Attributes): Context {
  const outer = context.getValue(ATTRIBUTES_KEY) as Attributes | undefined;
  return context.setValue(ATTRIBUTES_KEY, { ...outer, ...attributes });
}

/**
 * Adds the custom attributes of `context` to the start attributes of a span. Existing attributes stay. Order of precedence:
 * facts of the call, dynamic attributes, scopes, baggage, static attributes. Allocates nothing without custom attributes.
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
  addScopedAttributes(attributes, context, config);
}

/** Adds the attributes of scopes, of the baggage and of the option `attributes`: for spans that are neither calls nor activities. */
export function addScopedAttributes(
  attributes: Attributes,
  context: Context,
  config: Pick<Config, 'attributes' | 'baggageKeys'>,
): void {
  const scoped = context.getValue(ATTRIBUTES_KEY) as Attributes | undefined;
  if (scoped !== undefined) addMissing(attributes, scoped);
  if (config.baggageKeys.length > 0) addBaggage(attributes, context, config.baggageKeys);
  addMissing(attributes, config.attributes);
}

function addDynamic(
  attributes: Attributes,
  hook: DynamicAttributesHook,
  spanName: string,
  { operation, provider, model, target }: Omit<StartingSpan, 'spanName'>,
): void {
  const dynamic = runHook('dynamicAttributes', () => hook({ operation, spanName, provider, model, target }));
  const valid = dynamic === undefined ? undefined : cleanAttributes(dynamic, 'option dynamicAttributes');
  if (valid !== undefined) addMissing(attributes, valid);
}

/** Attribute objects with a conversation id from a scope or an option; an id in an inner request overrides such an id. */
const scopedConversation = new WeakSet<Attributes>();

/** `attributes` of an outer call, completed by the inner call. Existing values stay, except a conversation id that no request names. */
export function withInnerAttributes(attributes: Attributes, inner: Attributes): Attributes {
  const all = { ...inner, ...attributes };
  const conversation = inner[CONVERSATION_ID];
  if (conversation !== undefined && scopedConversation.has(attributes)) all[CONVERSATION_ID] = conversation;
  return all;
}

function addMissing(attributes: Attributes, custom: Attributes): void {
  for (const name in custom) addIfMissing(attributes, name, custom[name]);
}

function addIfMissing(attributes: Attributes, name: string, value: Attributes[string]): void {
  if (attributes[name] !== undefined) return;
  attributes[name] = value;
  if (name === CONVERSATION_ID) scopedConversation.add(attributes);
}

function addBaggage(attributes: Attributes, context: Context, keys: readonly string[]): void {
  const baggage = baggageOf(context);
  if (baggage === undefined) return;
  for (const [name, { value }] of baggage.getAllEntries())
    if (!isReserved(name) && keys.some((key) => matchesKey(name, key))) addIfMissing(attributes, name, value);
}

const matchesKey = (name: string, key: string): boolean =>
  key.endsWith('*') ? name.startsWith(key.slice(0, -1)) : name === key;
