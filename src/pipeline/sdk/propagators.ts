import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { type Env, list } from '../../config/env.ts';
import { load } from '../load.ts';

const PROPAGATORS = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
  b3: () => load('register-b3').b3('single'),
  b3multi: () => load('register-b3').b3('multi'),
} as const satisfies Record<string, () => TextMapPropagator>;

const NAMES = Object.keys(PROPAGATORS) as (keyof typeof PROPAGATORS)[];

/** The propagator of OTEL_PROPAGATORS; undefined for `none`. */
export function propagator(env: Env): TextMapPropagator | undefined {
  const names = list(env, 'OTEL_PROPAGATORS', NAMES, ['tracecontext', 'baggage']);
  if (names.length === 0) return undefined;
  return new CompositePropagator({ propagators: names.map((name) => PROPAGATORS[name]()) });
}
