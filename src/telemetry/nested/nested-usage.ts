/** Tokens and cost of the calls inside one call; see enrich.ts. */

import type { Modality, UsageFacts } from '../../facts/call.ts';
import type { Cost } from '../../facts/prices.ts';

/** What of an inner call counts here. */
interface PricedCall {
  readonly response: { readonly usage?: UsageFacts | undefined } | undefined;
  readonly answered: boolean;
  readonly cost: Cost | undefined;
}

const COUNTS = ['input', 'output', 'total', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'reasoning'] as const;
const SPLITS = ['inputBy', 'outputBy', 'cacheReadBy'] as const;
/** Counts that every call has to have sent for their sum to be one. */
const WHOLE = ['input', 'output', 'total'] as const;

/** Tokens of all calls together; `undefined` if one of them was answered and did not say. */
export function sumOfUsage(calls: readonly PricedCall[]): UsageFacts | undefined {
  const usages: UsageFacts[] = [];
  for (const { response, answered } of calls) {
    if (response?.usage !== undefined) usages.push(response.usage);
    else if (answered) return undefined;
  }
  const [only] = usages;
  if (usages.length < 2) return only;
  const sum: UsageFacts = {};
  for (const name of COUNTS) sum[name] = total(usages.map((usage) => usage[name]));
  for (const name of WHOLE) if (usages.some((usage) => usage[name] === undefined)) sum[name] = undefined;
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
 * `own` usage of the outer call, with details of the inner ones where both count the same tokens. `fromInner`: it says
 * nothing that the inner calls do not say, so their cost is the cost.
 */
export function completedUsage(
  own: UsageFacts | undefined,
  inner: UsageFacts | undefined,
): { readonly usage: UsageFacts | undefined; readonly fromInner: boolean } {
  if (own === undefined || inner === undefined) return { usage: own ?? inner, fromInner: own === undefined };
  const agrees = WHOLE.every(
    (name) => own[name] === undefined || inner[name] === undefined || own[name] === inner[name],
  );
  if (!agrees) return { usage: own, fromInner: false };
  const sent = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return { usage: { ...inner, ...sent }, fromInner: true };
}

/** Cost of all calls together; `undefined` if that of an answered one is not known. */
export function sumOfCosts(calls: readonly PricedCall[]): Cost | undefined {
  const costs: Cost[] = [];
  for (const { cost, answered } of calls) {
    if (cost !== undefined) costs.push(cost);
    else if (answered) return undefined;
  }
  const [only] = costs;
  if (costs.length < 2) return only;
  const sum = (name: 'total' | 'input' | 'output'): number | undefined =>
    costs.some((cost) => cost[name] === undefined) ? undefined : total(costs.map((cost) => cost[name]));
  return {
    total: sum('total') ?? 0,
    input: sum('input'),
    output: sum('output'),
    model: [...new Set(costs.map((cost) => cost.model))].join(','),
  };
}
