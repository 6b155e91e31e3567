import type { Context, Span } from '@opentelemetry/api';
import type { Failure, RequestFacts, ResponseFacts } from '../facts/call.ts';
import type { CallHooks, LlmResult, RequestHook, ResponseHook } from '../facts/hooks.ts';
import { activeContext, callWith } from '../otel/globals.ts';
import { errorName } from '../runtime/error-name.ts';
import { ignoreRejection } from '../runtime/guard.ts';
import { warnOnce } from '../runtime/log.ts';

/** True while a hook runs. No hook runs for a model call of a hook (even if the call ends later): the recursion would be endless. */
let hookIsRunning = false;

/** Marks the context of a hook. Shared by all copies of this package in a process. */
const HOOK_KEY = Symbol.for('@x/llm-otel.hook');

/** Does `context` belong to a running hook? */
export function insideHook(context: Context): boolean {
  return hookIsRunning || context.getValue(HOOK_KEY) === true;
}

/** The result of a hook. A hook that throws or returns a promise gives `undefined` and is warned of once. */
export function runHook<R>(name: keyof CallHooks | 'estimateTokens', hook: () => R): R | undefined {
  if (hookIsRunning) return undefined;
  hookIsRunning = true;
  try {
    const result: unknown = callWith(activeContext().setValue(HOOK_KEY, true), hook, undefined, []);
    if (!ignoreRejection(result)) return result as R;
    warnOnce(`option ${name}: the hook returned a promise, which is not waited for. Make it a synchronous function.`);
  } catch (error) {
    warnOnce(`option ${name}: the hook threw (${errorName(error)}) and the call went on without it.`);
  } finally {
    hookIsRunning = false;
  }
  return undefined;
}

/** Runs `onRequest` for a recorded span. `parent`: the context in which the call starts. */
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
    if (!span.isRecording()) return;
    // `args` is a copy: the SDK's method will be called with the original array.
    return hook(span, { operation, provider, model, args: Object.freeze(args.slice()) });
  });
}

/** How a call ended; unknown fields are `undefined`. */
export interface CallEnd {
  readonly outcome: LlmResult['outcome'] | undefined;
  readonly failure: Failure | undefined;
  readonly body: unknown;
  readonly error: unknown;
}

/** The hook `onResponse` for a call that starts in `parent`; `undefined` inside a hook. */
export function responseHook({ onResponse }: CallHooks, parent: Context): ResponseHook | undefined {
  return onResponse === undefined || insideHook(parent) ? undefined : onResponse;
}

/** Runs `onResponse` for a recorded span. */
export function runResponseHook(
  hook: ResponseHook,
  span: Span,
  facts: RequestFacts,
  { response }: { readonly response: ResponseFacts | undefined },
  { outcome, failure, body, error }: CallEnd,
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
