import type { Attributes } from '@opentelemetry/api';
import { PRIMITIVE_NAME, ROUTER } from '../telemetry/attribute-names.ts';
import { errorTypeOf } from '../telemetry/error-type.ts';
import type { PrimitiveSpan } from '../telemetry/primitive-span.ts';
import { addCount, recordSeconds } from '../telemetry/recording.ts';
import type { RouteEntry } from './route-choice.ts';
import type { RouterEngine } from './router-engine.ts';
import type { Route } from './router-options.ts';

type AttemptOutcome = 'success' | 'error' | 'timeout' | 'cancelled';

/** Parts of one attempt. */
export interface RouteAttemptParts {
  readonly engine: RouterEngine;
  readonly entry: RouteEntry<Route>;
  readonly name: string;
  readonly span: PrimitiveSpan;
}

/** One attempt at one route: health, event and metrics. The first end counts. */
export class RouteAttempt {
  readonly #parts: RouteAttemptParts;
  readonly #isProbe: boolean;
  readonly #startTime: number;
  #hasAnswered = false;
  #isOver = false;

  constructor(parts: RouteAttemptParts) {
    this.#parts = parts;
    this.#startTime = parts.engine.now();
    this.#isProbe = parts.entry.health.begin();
  }

  /** A result, or the first output of a stream, is here. */
  answered(): void {
    if (this.#hasAnswered) return;
    this.#hasAnswered = true;
    this.#parts.entry.health.answered(this.#parts.engine.now() - this.#startTime);
  }

  /** The call succeeded, or the reader left a stream with output. */
  succeed(): void {
    if (this.#isOver) return;
    this.#parts.entry.health.succeed(this.#isProbe);
    this.#finish('success');
  }

  /** The call failed. `isRouteFault`: the failure counts against the route. */
  fail(error: unknown, isRouteFault: boolean): void {
    if (this.#isOver) return;
    const { entry, engine } = this.#parts;
    const cooldownMs = isRouteFault ? engine.cooldownOf(error) : undefined;
    if (isRouteFault) entry.health.fail(this.#isProbe, cooldownMs);
    else entry.health.release(this.#isProbe);
    const type = errorTypeOf(error);
    this.#finish(type === 'timeout' ? 'timeout' : 'error', type, cooldownMs);
  }

  /** The caller gave up. */
  cancel(): void {
    if (this.#isOver) return;
    this.#parts.entry.health.release(this.#isProbe);
    this.#finish('cancelled');
  }

  #finish(outcome: AttemptOutcome, errorType?: string, cooldownMs?: number): void {
    this.#isOver = true;
    const { name, entry, span, engine } = this.#parts;
    const seconds = (engine.now() - this.#startTime) / 1000;
    const error: Attributes = errorType === undefined ? {} : { 'error.type': errorType };
    const route: Attributes = { [PRIMITIVE_NAME]: name, [ROUTER.route]: entry.route.name, ...error };
    addCount('routerAttempts', 1, { ...route, [ROUTER.outcome]: outcome });
    recordSeconds('routerDuration', seconds, route);
    if (!span.isRecording) return;
    span.event(ROUTER.attemptEvent, {
      [ROUTER.route]: entry.route.name,
      [ROUTER.outcome]: outcome,
      [ROUTER.duration]: seconds,
      ...(cooldownMs !== undefined && { [ROUTER.cooldown]: cooldownMs / 1000 }),
      ...error,
    });
  }
}
