import type { Context } from '@opentelemetry/api';
import type { Operation } from './operation.ts';

/** Shared by all copies of this package in a process, so that an outer operation is seen whoever recorded it. */
const OPERATION_KEY = Symbol.for('@x/llm-otel.operation');

/** The model call that is being recorded in `context`, if it has not ended. */
export function activeOperation(context: Context): Pick<Operation, 'ended' | 'request'> | undefined {
  const operation = context.getValue(OPERATION_KEY) as Operation | undefined;
  return operation === undefined || operation.ended ? undefined : operation;
}

/** `context` with `operation` as the model call being recorded. */
export function contextWithOperation(context: Context, operation: Operation): Context {
  return context.setValue(OPERATION_KEY, operation);
}
