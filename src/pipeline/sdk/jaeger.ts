import type { TextMapPropagator } from '@opentelemetry/api';
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger';

/** Creates the propagator of the header `uber-trace-id`. */
export function jaeger(): TextMapPropagator {
  return new JaegerPropagator();
}
