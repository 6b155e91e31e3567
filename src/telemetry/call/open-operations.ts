import type { Context } from '@opentelemetry/api';

/**
 * The operations that have started and not ended: a doubly linked list through the operations themselves, because a Set
 * costs more than all else that is done at the start. Strong, but an operation holds nothing that the application holds.
 */

/** An operation as a member of the list. */
export interface OpenOperation {
  /** The open operations before and after this one. */
  older: OpenOperation | undefined;
  newer: OpenOperation | undefined;
  /** Active while the SDK makes its requests. */
  readonly context: Context;
  /** While the answer is being parsed: the SDK's options, by which a repeated request is known to belong to it. */
  retryOptions: unknown;
  /** Ends it, which takes it from the list. */
  abandon(): void;
}

let newest: OpenOperation | undefined;

/** Adds an operation that has started. */
export function addOpenOperation(operation: OpenOperation): void {
  operation.older = newest;
  if (newest !== undefined) newest.newer = operation;
  newest = operation;
}

/** Takes an operation from the list; one that is not in it stays out. */
export function removeOpenOperation(operation: OpenOperation): void {
  const { older, newer } = operation;
  if (newer !== undefined) newer.older = older;
  else if (newest === operation) newest = older;
  if (older !== undefined) older.newer = newer;
  operation.older = undefined;
  operation.newer = undefined;
}

/** The open operation whose request the SDK repeats with `options`. */
export function operationThatRetries(options: unknown): OpenOperation | undefined {
  if (typeof options !== 'object' || options === null) return undefined;
  let operation = newest;
  while (operation !== undefined && operation.retryOptions !== options) operation = operation.older;
  return operation;
}

/** Ends every operation that is still open as abandoned: the process is about to exit, or recording is switched off. */
export function endOpenOperations(): void {
  while (newest !== undefined) newest.abandon();
}

/** Number of operations that have started and not ended. */
export function openOperationCount(): number {
  let count = 0;
  for (let operation = newest; operation !== undefined; operation = operation.older) count++;
  return count;
}
