/** What a call cost by the provider's own account: it knows discounts, fees of tools, and who answered. */
import type { Cost, ReportedCost } from '../facts/prices.ts';

/** Providers whose amounts are USD and what is paid for the call. */
const REPORTS_USD: ReadonlySet<string> = new Set(['openrouter', 'perplexity', 'x_ai']);

const REPORTED = 'reported';

/** The cost of a call by `charged`; `undefined` if this provider's word is not known to be USD, or makes no sense. */
export function reportedCost(provider: string, charged: ReportedCost | undefined): Cost | undefined {
  if (charged === undefined || !REPORTS_USD.has(provider)) return undefined;
  const { total, input, output } = charged;
  if (!isAmount(total)) return undefined;
  if (!isAmount(input) || !isAmount(output) || input + output > total * (1 + 1e-6)) return { total, model: REPORTED };
  return { total, input, output, model: REPORTED };
}

const isAmount = (value: number | undefined): value is number =>
  value !== undefined && value >= 0 && value < Number.POSITIVE_INFINITY;
