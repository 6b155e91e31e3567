import type { Context } from '@opentelemetry/api';
import { spanOf } from '../../otel/globals.ts';
import { LinkedContext } from '../../otel/linked-context.ts';
import { NO_SPAN } from '../../otel/non-recording-span.ts';
import { InnerSpan } from '../other-spans/inner-span.ts';
import { BorrowedSpan } from '../other-spans/sdk-owned-span.ts';
import type { Operation } from './operation.ts';

/** Shared by all copies of this package in a process, so that an outer operation is seen whoever recorded it. */
const OPERATION_KEY = Symbol.for('@x/llm-otel.operation');

/** The model call that is being recorded in `context`, if it has not ended. */
export function activeOperation(context: Context): Operation | undefined {
  const operation = context.getValue(OPERATION_KEY) as Operation | undefined;
  return operation === undefined || operation.ended ? undefined : operation;
}

/** `context` with `operation` as the model call being recorded, and its span as the active one if that is ours. */
export function contextWithOperation(context: Context, operation: Operation): Context {
  const span = operation.span instanceof InnerSpan ? spanOf(context) : operation.span;
  // Without a span of ours, the one before has to stay the parent of what others record of the call.
  if (span === undefined || span === NO_SPAN || span instanceof BorrowedSpan)
    return context.setValue(OPERATION_KEY, operation);
  return new LinkedContext(context, span, OPERATION_KEY, operation);
}

/** `context` outside of the model call that is being recorded in it. */
export function contextWithoutOperation(context: Context): Context {
  return context.deleteValue(OPERATION_KEY);
}
