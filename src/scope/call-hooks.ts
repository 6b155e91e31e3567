import type { Context, Span } from '@opentelemetry/api';
import type { Failure, RequestFacts, ResponseFacts } from '../facts/call.ts';
import type { CallHooks, LlmResult, RequestHook, ResponseHook } from '../facts/hooks.ts';
import { activeContext, callWith } from '../otel/globals.ts';
import { errorName } from '../runtime/error-name.ts';
import { warnOnce } from '../runtime/log.ts';

/** A model call that a hook makes runs no hooks, also if it ends when the hook has returned: it would never come to an end. */
let running = false;

/** Marks the context of a hook. Shared by all copies of this package in a process. */
const HOOK_KEY = Symbol.for('@x/llm-otel.hook');

/** Is what starts in `context` the work of a hook? */
export function insideHook(context: Context): boolean {
  return running || context.getValue(HOOK_KEY) === true;
}

/** What a hook returns. One that throws or returns a promise has said nothing, and is warned of once. */
export function runHook<R>(name: keyof CallHooks | 'estimateTokens', hook: () => R): R | undefined {
  if (running) return undefined;
  running = true;
  try {
    const result: unknown = callWith(activeContext().setValue(HOOK_KEY, true), hook, undefined, []);
    if (!(result instanceof Promise)) return result as R;
    // Handled here: the application must not end by a rejection that it would not have without this package.
    Promise.prototype.then.call(result, undefined, () => {});
    warnOnce(`option ${name}: the hook returned a promise, which is not waited for. Make it a synchronous function.`);
  } catch (error) {
    warnOnce(`option ${name}: the hook threw (${errorName(error)}) and the call went on without it.`);
  } finally {
    running = false;
  }
  return undefined;
}

/** Runs `onRequest` for a span that is recorded; `parent` is the context that the call starts in. */
export function runRequestHook(
  hook: RequestHook,
  span: Span,
  facts: RequestFacts,
  args: readonly unknown[],
  parent: Context,
): void {
  if (insideHook(parent)) return;
  const { operation, provider, model } = facts;
  runHook('onRequest', () => {
    // A copy: the array itself is what the SDK's method is going to be called with.
    if (!span.isRecording()) return;
    return hook(span, { operation, provider, model, args: Object.freeze(args.slice()) });
  });
}

/** How a call ended, as far as it is known. */
export interface Ending {
  readonly outcome: LlmResult['outcome'] | undefined;
  readonly failure: Failure | undefined;
  readonly body: unknown;
  readonly error: unknown;
}

/** `onResponse` of a call that starts in `parent`, if there is one to run. */
export function responseHook({ onResponse }: CallHooks, parent: Context): ResponseHook | undefined {
  return onResponse === undefined || insideHook(parent) ? undefined : onResponse;
}

/** Runs `onResponse` for a span that is recorded. */
export function runResponseHook(
  hook: ResponseHook,
  span: Span,
  facts: RequestFacts,
  { response }: { readonly response: ResponseFacts | undefined },
  { outcome, failure, body, error }: Ending,
): void {
  runHook('onResponse', () => {
    if (!span.isRecording()) return;
    return hook(span, {
      operation: facts.operation,
      provider: facts.provider,
      outcome: outcome ?? (failure === undefined ? 'completed' : 'failed'),
      body,
      id: response?.id,
      model: response?.model,
      finishReasons: response?.finishReasons,
      usage: response?.usage,
      errorType: failure?.type,
      error,
    });
  });
}
