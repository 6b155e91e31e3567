import { isTimeout, statusOf } from '../../telemetry/error-type.ts';

/** Statuses of the provider's or the account's fault: another attempt elsewhere, or an old answer, may help. */
const OTHERS_FAULT: ReadonlySet<number> = new Set([401, 403, 404, 408, 409, 429]);

export const statusLeadsOn = (status: number): boolean => OTHERS_FAULT.has(status) || status >= 500;

export function leadsOn(error: unknown): boolean {
  const status = statusOf(error);
  return status !== undefined ? statusLeadsOn(status) : isTimeout(error);
}
