/** Tokens and cost of the calls inside one call; see nested-calls.ts. */

import { roundedCost } from '../../cost/index.ts';
import type { Modality, UsageFacts } from '../../facts/call.ts';
import type { Cost } from '../../facts/prices.ts';

/** The fields of an inner call that count for tokens and cost. */
interface PricedCall {
  readonly response: { readonly usage?: UsageFacts | undefined } | undefined;
  readonly answered: boolean;
  readonly cost: Cost | undefined;
}

const COUNTS = ['input', 'output', 'total', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'reasoning'] as const;
const SPLITS = ['inputBy', 'outputBy', 'cacheReadBy'] as const;
/** Counts with a sum only if every call has sent the count. */
const REQUIRED_COUNTS = ['input', 'output', 'total'] as const;

/** Tokens of all calls together; `undefined` if an answered call has no usage. */
export function sumOfUsage(calls: readonly PricedCall[]): UsageFacts | undefined {
  const usages: UsageFacts[] = [];
  for (const { response, answered } of calls) {
    if (response?.usage !== undefined) usages.push(response.usage);
    else if (answered) return undefined;
  }
  const [firstUsage] = usages;
  if (usages.length < 2) return firstUsage;
  const sum: UsageFacts = {};
  for (const name of COUNTS) sum[name] = total(usages.map((usage) => usage[name]));
  for (const name of REQUIRED_COUNTS) if (usages.some((usage) => usage[name] === undefined)) sum[name] = undefined;
  for (const name of SPLITS) sum[name] = sumOfSplits(usages.map((usage) => usage[name] ?? {}));
  return sum;
}

function total(counts: readonly (number | undefined)[]): number | undefined {
  const sent = counts.filter((count) => count !== undefined);
  return sent.length === 0 ? undefined : sent.reduce((sum, count) => sum + count, 0);
}

type Split = Partial<Record<Modality, number | undefined>>;

function sumOfSplits(splits: readonly Split[]): Split | undefined {
  const names = new Set(splits.flatMap((split) => Object.keys(split) as Modality[]));
  if (names.size === 0) return undefined;
  return Object.fromEntries([...names].map((name) => [name, total(splits.map((split) => split[name]))]));
}

/**
 * Usage of the outer call, with details of the inner calls where both usages count the same tokens. `fromInner` is true if
 * the outer usage agrees with the sum of the inner usages; the inner costs are then used.
 */
export function completedUsage(
  outer: UsageFacts | undefined,
  inner: UsageFacts | undefined,
): { readonly usage: UsageFacts | undefined; readonly fromInner: boolean } {
  if (outer === undefined || inner === undefined) return { usage: outer ?? inner, fromInner: outer === undefined };
  const agrees = REQUIRED_COUNTS.every(
    (name) => outer[name] === undefined || inner[name] === undefined || outer[name] === inner[name],
  );
  if (!agrees) return { usage: outer, fromInner: false };
  const sent = Object.fromEntries(Object.entries(outer).filter(([, value]) => value !== undefined));
  return { usage: { ...inner, ...sent }, fromInner: true };
}

/** Cost of all calls together; `undefined` if the cost of an answered call is unknown. */
export function sumOfCosts(calls: readonly PricedCall[]): Cost | undefined {
  const costs: Cost[] = [];
  for (const { cost, answered } of calls) {
    if (cost !== undefined) costs.push(cost);
    else if (answered) return undefined;
  }
  const [firstCost] = costs;
  if (costs.length < 2) return firstCost;
  const sum = (name: 'total' | 'input' | 'output'): number | undefined =>
    costs.some((cost) => cost[name] === undefined) ? undefined : total(costs.map((cost) => cost[name]));
  return roundedCost({
    total: sum('total') ?? 0,
    input: sum('input'),
    output: sum('output'),
    model: [...new Set(costs.map((cost) => cost.model))].join(','),
  });
}
