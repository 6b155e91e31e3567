import { swallow } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';

/** A call that asks for more than the application did, because the user said so; the difference is kept from the application. */
export interface AmendedRequest {
  /** What the SDK's method gets instead. The application's own objects are not touched. */
  readonly args: readonly unknown[];
  /** Takes from a chunk what was not asked for. `true`: nothing is left of it, the application does not get it. */
  hides(chunk: unknown): boolean;
  /** The same for an event of the raw body: its text without what was not asked for. */
  rewrite(event: string): string;
}

/** Looks at a call that is about to be made; `undefined` to make it as it is. */
export type AmendRequest = (
  operation: Pick<Operation, 'request' | 'config'>,
  args: readonly unknown[],
) => AmendedRequest | undefined;

/** What `amend` makes of a call; the call as it is if it fails. */
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
