import { swallow } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';

/**
 * A request that asks for more than the application's request, because the user has set an option. The application does
 * not see the difference.
 */
export interface AmendedRequest {
  /** The arguments for the SDK's method. The application's objects are not changed. */
  readonly args: readonly unknown[];
  /** Removes the parts that the application did not ask for. Returns `true` to drop the whole chunk. */
  removesChunk(chunk: unknown): boolean;
  /**
   * Does the same for an event of the raw body: returns the text without the parts that the application did not ask
   * for.
   */
  rewrite(event: string): string;
}

/** Amends the request of a call before the call is made; `undefined` to change nothing. */
export type AmendRequest = (
  operation: Pick<Operation, 'request' | 'config'>,
  args: readonly unknown[],
) => AmendedRequest | undefined;

/** Calls `amend` guarded. If `amend` throws, the request is not amended. */
export function amendRequest(
  amend: AmendRequest | undefined,
  operation: Operation,
  args: readonly unknown[],
): AmendedRequest | undefined {
  try {
    return amend?.(operation, args);
  } catch (error) {
    swallow(error);
    return undefined;
  }
}
