import { sharedConfig } from '../../config/shared-config.ts';
import { costOf } from '../../cost/index.ts';
import type { UsageFacts } from '../../facts/call.ts';
import { readSafely } from '../../runtime/guard.ts';
import type { RouteFacts } from '../types.ts';

const PER_MILLION = 1_000_000;

/** USD for tokens at the price of a route; `undefined` for a route without a known price. Never throws. */
export function routeCost({ price, provider, model }: RouteFacts, usage: UsageFacts): number | undefined {
  if (price !== undefined) {
    const { input = 0, output = 0 } = usage;
    return (input * price.input + output * price.output) / PER_MILLION;
  }
  if (provider === undefined || model === undefined) return undefined;
  return readSafely(
    () => costOf({ operation: 'chat', provider, model }, { usage }, { ...sharedConfig(), cost: true })?.total,
    undefined,
  );
}

/** What the tokens would have cost more at the dearest priced route; `undefined` if nothing. */
export function savedCost(routes: readonly RouteFacts[], chosen: RouteFacts, usage: UsageFacts): number | undefined {
  const paid = routeCost(chosen, usage);
  if (paid === undefined) return undefined;
  const costs = routes.map((route) => routeCost(route, usage)).filter((cost) => cost !== undefined);
  const saved = Number((Math.max(...costs) - paid).toPrecision(12));
  return saved > 0 ? saved : undefined;
}
