import type { Context, Span } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { RequestFacts } from '../../facts/call.ts';
import { OPERATION_KEY, spanOf } from '../../otel/globals.ts';
import { LinkedContext } from '../../otel/linked-context.ts';
import { NO_SPAN } from '../../otel/non-recording-span.ts';
import type { InnerCalls } from '../nested/nested-calls.ts';
import { InnerSpan } from '../other-spans/inner-span.ts';
import { SdkOwnedSpan } from '../other-spans/sdk-owned-span.ts';

/** The recording of a model call, as an inner call sees the recording of its outer call. */
export interface ActiveOperation {
  readonly span: Span;
  readonly ended: boolean;
  readonly request: RequestFacts;
  readonly config: Config;
  /** True if neither a span nor metrics are recorded. */
  readonly contextOnly: boolean;
  /** True if the content of the call is kept. */
  readonly keepsContent: boolean;
  /** Calls of the same kind inside the call; see nested-calls.ts. */
  inner: InnerCalls | undefined;
}

/** The open recorded model call of `context`. */
export function activeOperation(context: Context): ActiveOperation | undefined {
  const operation = context.getValue(OPERATION_KEY) as ActiveOperation | undefined;
  return operation === undefined || operation.ended ? undefined : operation;
}

/** `context` with `operation` as the recorded model call. A span of this package becomes the active span. */
export function contextWithOperation(context: Context, operation: ActiveOperation): Context {
  const span = operation.span instanceof InnerSpan ? spanOf(context) : operation.span;
  // In all other cases the active span stays: the parent of spans that foreign instrumentations make of the call.
  if (span === undefined || span === NO_SPAN || span instanceof SdkOwnedSpan)
    return context.setValue(OPERATION_KEY, operation);
  return new LinkedContext(context, span, OPERATION_KEY, operation);
}

/** `context` outside of the recorded model call. */
export function contextWithoutOperation(context: Context): Context {
  return context.deleteValue(OPERATION_KEY);
}
