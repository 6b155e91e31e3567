import { asSignal } from '../providers/reading/unknown-values.ts';
import type { AnyFunction } from '../runtime/any-function.ts';
import { boundedName } from '../runtime/bounded-name.ts';
import type { CallContext, CallOptions } from './types.ts';

/** The signal of the caller; undefined for a value that is no signal. */
export const callerSignal = (options: CallOptions | undefined): AbortSignal | undefined => asSignal(options?.signal);

/**
 * The context for the function inside of a layer. A layer inside of a router is called with the context of an attempt, which
 * goes on to the function.
 */
export function innerContext(options: CallOptions | undefined, signal: AbortSignal): CallContext {
  const outer = options as Partial<CallContext> | undefined;
  return { ...outer, signal, attempt: outer?.attempt ?? 1 };
}

/** The label of a layer around `fn`: the option `name`, else the name of the function. */
export const labelOf = (name: string | undefined, fn: AnyFunction | undefined): string =>
  boundedName(name ?? (fn?.name || 'llm'));
