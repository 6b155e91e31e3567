import { swallow } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';

/** Ends a call whose answer cannot be observed: a frozen object, a proxy with traps that throw. */
export function endUnobserved(operation: Operation, error: unknown): void {
  swallow(error);
  if (operation.streaming) operation.detach();
  else operation.end(undefined);
}
