import type { Context } from '@opentelemetry/api';
import { spanOf } from '../../otel/globals.ts';
import { NO_SPAN, NonRecordingSpan } from '../../otel/non-recording-span.ts';

/** Placeholder for the span of an inner call, because inner calls have no span: the active span stays active. */
export class InnerSpan extends NonRecordingSpan {
  constructor(parent: Context) {
    super((spanOf(parent) ?? NO_SPAN).spanContext());
  }
}
