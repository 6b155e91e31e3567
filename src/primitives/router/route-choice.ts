/** Which route a call tries first, and in which order the call falls back. */

import type { RouteFacts } from '../types.ts';
import type { RouteHealth } from './route-health.ts';
import { routeCost } from './route-prices.ts';
import type { StrategyName } from './router-options.ts';

/** A route with its health. */
export interface RouteEntry<F extends RouteFacts = RouteFacts> {
  readonly route: F;
  readonly health: RouteHealth;
}

/** What strategies look at. */
export interface StrategyInput {
  /** Tokens by which prices are compared. */
  readonly expected: { readonly inputTokens: number; readonly outputTokens: number };
  /** 0 to 1. */
  random(): number;
  /** Number of the call among the calls of the router, from 0. */
  readonly turn: number;
}

/** `ready` is not empty and in declared order, as `all`. */
type Strategy = <E extends RouteEntry>(ready: readonly E[], all: readonly E[], input: StrategyInput) => E | undefined;

/** The entry with the least value; an entry without a value is `missing`. */
function least<E>(entries: readonly E[], rank: (entry: E) => number | undefined, missing: number): E | undefined {
  let best: E | undefined;
  let bestValue = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const value = rank(entry) ?? missing;
    if (best !== undefined && value >= bestValue) continue;
    best = entry;
    bestValue = value;
  }
  return best;
}

/** Strategies by name. */
export const STRATEGIES = {
  failover: ([first]) => first,
  round_robin: (ready, all, { turn }) => {
    const start = turn % all.length;
    return ready.find((entry) => all.indexOf(entry) >= start) ?? ready[0];
  },
  weighted: (ready, _all, { random }) => {
    const weightOf = ({ route }: RouteEntry): number => route.weight ?? 1;
    let rest = random() * ready.reduce((sum, entry) => sum + weightOf(entry), 0);
    for (const entry of ready) {
      rest -= weightOf(entry);
      if (rest < 0) return entry;
    }
    return ready.at(-1);
  },
  cheapest: (ready, _all, { expected }) => {
    const usage = { input: expected.inputTokens, output: expected.outputTokens };
    return least(ready, ({ route }) => routeCost(route, usage), Number.POSITIVE_INFINITY);
  },
  fastest: (ready) => least(ready, ({ health }) => health.latencyMs, -1),
} as const satisfies Record<StrategyName, Strategy>;

/** `first`, and then the other entries in declared order. */
export function inOrder<E>(first: E, all: readonly E[]): readonly E[] {
  return [first, ...all.filter((entry) => entry !== first)];
}
