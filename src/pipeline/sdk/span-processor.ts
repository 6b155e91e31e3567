import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Pipeline } from '../queue/pipeline.ts';
import { FLUSH_MS } from '../shipping/process-end.ts';

/**
 * Puts the sampled spans of a provider into a pipeline.
 * @param onStart sees spans that start
 */
export function spanProcessor(pipeline: Pipeline<ReadableSpan>, onStart?: SpanProcessor['onStart']): SpanProcessor {
  return {
    onStart(span, context) {
      pipeline.tail?.start(span);
      onStart?.(span, context);
    },
    onEnd(span) {
      if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) pipeline.add(span);
    },
    forceFlush: async () => void (await pipeline.forceFlush(FLUSH_MS)),
    shutdown: async () => void (await pipeline.shutdown(FLUSH_MS)),
  };
}
