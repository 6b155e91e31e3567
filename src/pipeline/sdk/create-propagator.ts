import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import type { PropagatorName } from '../../config/sdk/propagators.ts';
import { load } from '../load.ts';

const PROPAGATORS = {
  tracecontext: () => new W3CTraceContextPropagator(),
  baggage: () => new W3CBaggagePropagator(),
  b3: () => load<typeof import('./b3.ts')>('pipeline-b3').b3('single'),
  jaeger: () => load<typeof import('./jaeger.ts')>('pipeline-jaeger').jaeger(),
  b3multi: () => load<typeof import('./b3.ts')>('pipeline-b3').b3('multi'),
} as const satisfies Record<PropagatorName, () => TextMapPropagator>;

/** The propagator of `names`; undefined for an empty list. */
export function createPropagator(names: readonly PropagatorName[]): TextMapPropagator | undefined {
  if (names.length === 0) return undefined;
  return new CompositePropagator({ propagators: names.map((name) => PROPAGATORS[name]()) });
}
