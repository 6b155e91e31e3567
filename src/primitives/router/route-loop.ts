/** The attempts of one call, for both layers. */

import { PRIMITIVE_NAME, ROUTER } from '../telemetry/attribute-names.ts';
import type { PrimitiveSpan } from '../telemetry/primitive-span.ts';
import { addCount } from '../telemetry/recording.ts';
import { RouteAttempt } from './route-attempt.ts';
import type { RouteEntry } from './route-choice.ts';
import type { RouterEngine } from './router-engine.ts';
import type { Route } from './router-options.ts';

/** What came of an attempt. */
export type AttemptResult<T> =
  /** An answer for the caller. The layer has ended the attempt, or ends the attempt with the stream. */
  | { readonly kind: 'answer'; readonly value: T }
  /** A failure: of the route (`failsOver`), or of the request itself. `answer` is the failure as a value: a response, a stream. */
  | { readonly kind: 'failure'; readonly error: unknown; readonly failsOver: boolean; readonly answer?: { value: T } };

/** One call of a router. */
export interface RoutedCall<T> {
  readonly engine: RouterEngine;
  readonly name: string;
  readonly input: unknown;
  readonly span: PrimitiveSpan;
  readonly maxAttempts: number;
  /** Aborted when the caller gives up. */
  readonly signal: AbortSignal;
  /** Makes attempt number `number`. Ends `attempt` unless the attempt goes on with a stream. */
  attempt(entry: RouteEntry<Route>, number: number, attempt: RouteAttempt): Promise<AttemptResult<T>>;
  /** A failed answer is not the answer of the call: nobody else closes the answer. */
  discard(value: T): void;
}

/** The route that answered, the number of attempts and the last result. */
export interface RoutedResult<T> {
  readonly result: AttemptResult<T>;
  readonly route: Route;
  readonly attempts: number;
}

/** Tries route after route, until an answer, a failure of the request itself, or the end of the routes. */
export async function runAttempts<T>(call: RoutedCall<T>): Promise<RoutedResult<T>> {
  const { engine, name, span, signal } = call;
  engine.useName(name);
  const plan = await engine.plan(name, call.input);
  signal.throwIfAborted();
  let last: RoutedResult<T> | undefined;
  let attempts = 0;
  for (const entry of plan.entries) {
    // Ready when the call began, and perhaps no longer: another call has seen a failure meanwhile.
    if (attempts >= call.maxAttempts || !(entry.health.isReady || (plan.isLastResort && attempts === 0))) continue;
    if (attempts === 0) noteDecision(call, entry, plan.reason);
    attempts++;
    span.set({ [ROUTER.route]: entry.route.name, [ROUTER.attempts]: attempts });
    if (last?.result.kind === 'failure' && last.result.answer !== undefined) call.discard(last.result.answer.value);
    const attempt = new RouteAttempt({ engine, entry, name, span });
    const result = await call.attempt(entry, attempts, attempt);
    last = { result, route: entry.route, attempts };
    if (result.kind === 'answer' || !result.failsOver || signal.aborted || plan.isLastResort) break;
  }
  // Every ready route became unready while the routing function ran.
  return last ?? runAttempts(call);
}

function noteDecision<T>({ engine, name, span }: RoutedCall<T>, { route }: RouteEntry<Route>, reason: string): void {
  span.set({ [ROUTER.reason]: reason, [ROUTER.strategy]: engine.strategy });
  addCount('routerDecisions', 1, { [PRIMITIVE_NAME]: name, [ROUTER.route]: route.name, [ROUTER.reason]: reason });
}
