import type { Attributes } from '@opentelemetry/api';
import { readSafely } from '../../runtime/guard.ts';
import { leadsOn } from '../answers/leads-on.ts';
import { PRIMITIVE_NAME, ROUTER } from '../telemetry/attribute-names.ts';
import { addGaugeSource, type GaugePoint, type GaugeSource } from '../telemetry/gauge-sources.ts';
import { addCount, keepGauge } from '../telemetry/recording.ts';
import { NoRouteError } from './no-route-error.ts';
import { cooldownOf } from './retry-after.ts';
import { inOrder, type RouteEntry, STRATEGIES } from './route-choice.ts';
import { RouteHealth } from './route-health.ts';
import type { Route, RouterOptions, RouteState, RouteStats } from './router-options.ts';

/** `llm_otel.router.circuit.state` as a number. */
const STATE_NUMBERS = { closed: 0, half_open: 1, open: 2, cooldown: 3 } as const satisfies Record<RouteState, number>;

/** The routes of one call, in the order of the attempts. */
export interface RoutePlan {
  readonly entries: readonly RouteEntry<Route>[];
  readonly reason: string;
  /** No route is ready: the first entry is called all the same, and no other. */
  readonly isLastResort: boolean;
}

/** Routes, their health and the options of one router, for both layers. */
export class RouterEngine implements GaugeSource {
  readonly options: RouterOptions;
  readonly entries: readonly RouteEntry<Route>[];
  /** Name of the strategy in telemetry: `fn` for a function. */
  readonly strategy: string;
  readonly #names = new Set<string>();
  #turn = 0;

  constructor(options: RouterOptions) {
    this.options = options;
    const { strategy = 'failover' } = options;
    this.strategy = typeof strategy === 'function' ? 'fn' : strategy;
    const circuit = circuitOf(options);
    this.entries = options.routes.map((route) => ({
      route,
      health: new RouteHealth({
        circuit,
        now: () => this.now(),
        onTransition: (state) => this.#countTransition(route.name, state),
      }),
    }));
    addGaugeSource('routerCircuitState', this);
  }

  /** Time by the clock of the options. */
  now(): number {
    return this.options.now === undefined ? Date.now() : this.options.now();
  }

  /** Most attempts of one call. */
  get maxAttempts(): number {
    return this.options.failover === false ? 1 : (this.options.maxAttempts ?? this.entries.length);
  }

  /** A call with the label `name` begins: the state of the routes is reported for the label. */
  useName(name: string): void {
    this.#names.add(name);
    keepGauge('routerCircuitState');
  }

  /** The routes for `input`. Throws {@link NoRouteError} if no route is ready and there is no last resort. */
  async plan(name: string, input: unknown): Promise<RoutePlan> {
    const { strategy = 'failover' } = this.options;
    const plan = typeof strategy === 'function' ? await this.#planByFunction(strategy, input) : this.#planByStrategy();
    if (plan !== undefined) return plan;
    if (this.options.lastResort === false) throw new NoRouteError(name, this.#unready());
    const entries = this.entries.toSorted((a, b) => a.health.readyInMs - b.health.readyInMs);
    return { entries, reason: 'last_resort', isLastResort: true };
  }

  #unready(): { name: string; state: RouteState; readyInMs: number }[] {
    return this.entries.map(({ route, health }) => ({
      name: route.name,
      state: health.state,
      readyInMs: health.readyInMs,
    }));
  }

  #planByStrategy(): RoutePlan | undefined {
    const strategy = this.strategy as keyof typeof STRATEGIES;
    const ready = this.entries.filter(({ health }) => health.isReady);
    if (ready.length === 0) return undefined;
    const { expected = { inputTokens: 1000, outputTokens: 500 } } = this.options;
    const random = (): number => (this.options.random === undefined ? Math.random() : this.options.random());
    const first = STRATEGIES[strategy](ready, this.entries, { expected, random, turn: this.#turn++ }) ?? ready[0];
    return first && { entries: inOrder(first, this.entries), reason: strategy, isLastResort: false };
  }

  async #planByFunction(
    choose: (input: unknown, router: { readonly routes: readonly Route[] }) => string | Promise<string>,
    input: unknown,
  ): Promise<RoutePlan | undefined> {
    const { entry, reason } = await this.#chooseBy(choose, input);
    if (entry.health.isReady) return { entries: inOrder(entry, this.entries), reason, isLastResort: false };
    const ready = this.entries.find(({ health }) => health.isReady);
    return ready && { entries: inOrder(ready, this.entries), reason: 'failover', isLastResort: false };
  }

  async #chooseBy(
    choose: (input: unknown, router: { readonly routes: readonly Route[] }) => string | Promise<string>,
    input: unknown,
  ): Promise<{ entry: RouteEntry<Route>; reason: string }> {
    const byName = (name: unknown) => this.entries.find(({ route }) => route.name === name);
    const fallback = byName(this.options.default) ?? (this.entries[0] as RouteEntry<Route>);
    try {
      const entry = byName(await choose(input, { routes: this.options.routes }));
      return entry === undefined
        ? { entry: fallback, reason: 'invalid_route_fallback' }
        : { entry, reason: 'routing_function' };
    } catch {
      return { entry: fallback, reason: 'routing_error_fallback' };
    }
  }

  /** Does `error` lead to the next route, and count against the route? */
  failsOver(error: unknown): boolean {
    const { failoverOn } = this.options;
    if (failoverOn === undefined) return leadsOn(error);
    // An error of the application's function must not hide the error of the call.
    return readSafely(() => failoverOn(error) === true, false);
  }

  /** The pause that `error` asks for, in milliseconds. */
  cooldownOf(error: unknown): number | undefined {
    const { cooldownMs = 5000, maxCooldownMs = 60_000 } = this.options;
    return cooldownOf(error, { cooldownMs, maxCooldownMs }, this.now());
  }

  gaugePoints(): readonly GaugePoint[] {
    return [...this.#names].flatMap((name) =>
      this.entries.map(({ route, health }) => ({
        attributes: { [PRIMITIVE_NAME]: name, [ROUTER.route]: route.name },
        value: STATE_NUMBERS[health.state],
      })),
    );
  }

  /** Counts by route. */
  stats(): Record<string, RouteStats> {
    return Object.fromEntries(this.entries.map(({ route, health }) => [route.name, health.stats()]));
  }

  #countTransition(route: string, state: RouteState): void {
    const attributes: Attributes = { [ROUTER.route]: route, [ROUTER.circuitState]: state };
    for (const name of this.#names) addCount('routerTransitions', 1, { [PRIMITIVE_NAME]: name, ...attributes });
  }
}

function circuitOf({ circuit }: RouterOptions): { failures: number; openMs: number } | undefined {
  if (circuit === false) return undefined;
  return { failures: circuit?.failures ?? 5, openMs: circuit?.openMs ?? 30_000 };
}
