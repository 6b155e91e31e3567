/** The cost of a call as reported by the provider, with discounts, fees of tools, and the model that answered. */
import type { Cost, ReportedCost } from '../facts/prices.ts';

/** Providers that report the paid amount in USD. */
const REPORTS_USD: ReadonlySet<string> = new Set(['openrouter', 'perplexity', 'x_ai']);

const REPORTED = 'reported';

/** The reported cost; undefined if the provider is not known to report USD, or if the amount makes no sense. */
export function reportedCost(provider: string, charged: ReportedCost | undefined): Cost | undefined {
  if (charged === undefined || !REPORTS_USD.has(provider)) return undefined;
  const { total, input, output } = charged;
  if (!isAmount(total)) return undefined;
  if (!isAmount(input) || !isAmount(output) || input + output > total * (1 + 1e-6)) return { total, model: REPORTED };
  return { total, input, output, model: REPORTED };
}

const isAmount = (value: number | undefined): value is number =>
  value !== undefined && value >= 0 && value < Number.POSITIVE_INFINITY;
