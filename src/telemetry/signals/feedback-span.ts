import type { Attributes, Context, Tracer } from '@opentelemetry/api';
import { EVALUATION_EVENT, KIND_INTERNAL } from '../../facts/semconv.ts';

/** Records feedback as a span without a duration, inside the span of the answer: for backends that take no log events. */
export function recordFeedbackSpan(tracer: Tracer, attributes: Attributes, context: Context): void {
  const now = Date.now();
  tracer.startSpan(EVALUATION_EVENT, { kind: KIND_INTERNAL, attributes, startTime: now }, context).end(now);
}
