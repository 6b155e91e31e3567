import type { Context } from '@opentelemetry/api';

/**
 * The operations that have started and not ended: a doubly linked list through the operations themselves, which adds and
 * removes without a lookup or memory of its own. The references are strong, but an operation references no object of the
 * application.
 */

/** An operation as a member of the list. */
export interface OpenOperation {
  /** Neighbours in the list. */
  older: OpenOperation | undefined;
  newer: OpenOperation | undefined;
  /** Active while the SDK makes its requests. */
  readonly context: Context;
  /** Set while the answer is parsed: the SDK's options object, which a repeated request of the operation shares. */
  retryOptions: unknown;
  /** Ends the operation and so removes the operation from the list. */
  abandon(): void;
}

let newest: OpenOperation | undefined;

/** Adds an operation that has started. */
export function addOpenOperation(operation: OpenOperation): void {
  operation.older = newest;
  if (newest !== undefined) newest.newer = operation;
  newest = operation;
}

/** Removes an operation from the list, if the list has the operation. */
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

/** Names of providers with a call that a patched copy left out on purpose. */
const declined = new Set<string>();

/** Notes that a call of the scope `@x/llm-otel/NAME` is left out on purpose. */
export function noteDeclinedCall(scopeName: string): void {
  declined.add(scopeName.slice(scopeName.lastIndexOf('/') + 1));
}

/** Was a call of the provider `name` left out on purpose? */
export function hasDeclinedCalls(name: string): boolean {
  return declined.has(name);
}

/** Ends every open operation as abandoned: the process is about to exit, or recording is switched off. */
export function endOpenOperations(): void {
  while (newest !== undefined) newest.abandon();
}

/** Number of open operations. */
export function openOperationCount(): number {
  let count = 0;
  for (let operation = newest; operation !== undefined; operation = operation.older) count++;
  return count;
}
