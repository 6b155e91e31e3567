import type { Attributes, Context } from '@opentelemetry/api';
import { cleanAttributes } from '../config/attribute-values.ts';
import type { CustomAttributes } from '../facts/hooks.ts';
import { CONVERSATION_ID, PROMPT_NAME, PROMPT_VERSION, SESSION_ID, USER_ID } from '../facts/semconv.ts';
import { activeContext, callWith } from '../otel/globals.ts';
import { swallow } from '../runtime/guard.ts';
import { warnOnce } from '../runtime/log.ts';
import { contextWithAttributes } from '../scope/custom-attributes.ts';

/** A prompt template, for {@link withPrompt}. */
export interface Prompt {
  readonly name: string;
  readonly version?: string | number | undefined;
}

/**
 * Runs `fn` and adds `attributes` to every LLM span started inside: model calls, tools, agents, also after an `await`
 * and in work started by `fn`. Scopes nest, and the inner value wins. Attributes that a call sets from its request and
 * answer (`gen_ai.usage.*`, ...) cannot be set. Returns the result of `fn` and throws the errors of `fn`. A value that
 * cannot be recorded is left out with one warning.
 *
 * @example
 * const answer = await withAttributes({ tenant: 'acme' }, () => client.chat.completions.create(request));
 */
export function withAttributes<T>(attributes: CustomAttributes, fn: () => T): T {
  return runWithAttributes(cleanAttributes(attributes, 'withAttributes'), fn);
}

/**
 * Runs `fn` with `gen_ai.conversation.id` on every LLM span started inside, except on calls with a conversation in the
 * request. See {@link withAttributes}.
 */
export function withConversation<T>(id: string | number | bigint, fn: () => T): T {
  return runWithAttributes(idAttribute(CONVERSATION_ID, id, 'withConversation'), fn);
}

/** Runs `fn` with `user.id` on every LLM span started inside. See {@link withAttributes}. */
export function withUser<T>(id: string | number | bigint, fn: () => T): T {
  return runWithAttributes(idAttribute(USER_ID, id, 'withUser'), fn);
}

/**
 * Runs `fn` with `session.id`, and further attributes, on every LLM span started inside. See {@link withAttributes}.
 *
 * @example
 * withSession(session.id, { tenant: 'acme' }, () => answer(request));
 */
export function withSession<T>(id: string | number | bigint, fn: () => T): T;
export function withSession<T>(id: string | number | bigint, attributes: CustomAttributes, fn: () => T): T;
export function withSession<T>(
  id: string | number | bigint,
  attributes: CustomAttributes | (() => T),
  fn?: () => T,
): T {
  const run = fn ?? (attributes as () => T);
  const more = fn === undefined ? {} : cleanAttributes(attributes as CustomAttributes, 'withSession');
  return runWithAttributes({ ...more, ...idAttribute(SESSION_ID, id, 'withSession') }, run);
}

/** Runs `fn` with `gen_ai.prompt.name` and `gen_ai.prompt.version` on every LLM span inside. See {@link withAttributes}. */
export function withPrompt<T>(prompt: Prompt, fn: () => T): T {
  return runWithAttributes(promptAttributes(prompt), fn);
}

function idAttribute(name: string, id: unknown, where: string): Attributes | undefined {
  if ((typeof id === 'string' && id !== '') || typeof id === 'bigint' || Number.isFinite(id))
    return { [name]: String(id) };
  warnOnce(`${where}: expected an id, a string that is not empty or a number; the calls in it are recorded without.`);
  return undefined;
}

function promptAttributes(prompt: Prompt): Attributes | undefined {
  try {
    const { name, version } = prompt;
    if (typeof name === 'string' && name !== '') {
      const attributes: Attributes = { [PROMPT_NAME]: name };
      if (version === undefined || version === '') return attributes;
      if (typeof version === 'string' || Number.isFinite(version)) attributes[PROMPT_VERSION] = String(version);
      else warnOnce('withPrompt: expected a version that is a string or a number; it is left out.');
      return attributes;
    }
  } catch {
    // no object, or an unreadable object
  }
  warnOnce(
    'withPrompt: expected { name: "greeting", version: "3" } with a name that is not empty; the calls in it are recorded without.',
  );
  return undefined;
}

function runWithAttributes<T>(attributes: Attributes | undefined, fn: () => T): T {
  if (attributes === undefined) return fn();
  let context: Context;
  try {
    context = contextWithAttributes(activeContext(), attributes);
  } catch (error) {
    swallow(error);
    return fn();
  }
  let started = false;
  const run = (): T => {
    started = true;
    return fn();
  };
  try {
    return callWith(context, run, undefined, []) as T;
  } catch (error) {
    if (started) throw error;
    swallow(error); // the error came from the context manager
    return fn();
  }
}
