import type { UsageFacts } from '../../facts/call.ts';

const isSent = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.values(value).some(isSent) : value !== undefined;

/** `usage`; undefined without a single count: a usage object that is empty or holds nulls was not sent. */
export function sentUsage(usage: UsageFacts): UsageFacts | undefined {
  return isSent(usage) ? usage : undefined;
}
