import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Target } from '../../config/sdk/export-target.ts';
import { shownUrl } from '../../config/sdk/export-target.ts';
import type { Batch } from '../batches/batch.ts';
import type { Destination } from '../batches/destination.ts';
import { sendBody } from './request-destination.ts';

/** Serializes one reading of all metrics. */
export type SerializeMetrics = (metrics: ResourceMetrics) => Uint8Array | undefined;

/** One reading of all metrics as a request. A reading is neither joined nor halved. */
class MetricsBatch implements Batch {
  readonly count = 1;
  readonly body: Uint8Array;

  constructor(body: Uint8Array) {
    this.body = body;
  }

  get bytes(): number {
    return this.body.byteLength;
  }

  joined(): MetricsBatch {
    return this;
  }

  halves(): readonly [MetricsBatch, MetricsBatch] {
    return [this, this];
  }
}

/** The destination of metrics that are sent. `serializer` is called at the first reading. */
export function metricsDestination(
  type: string,
  target: Target,
  advice: Destination<never>['advice'],
  serializer: () => SerializeMetrics,
): Destination<ResourceMetrics> {
  let serialize: SerializeMetrics | undefined;
  const bodyOf = (batch: Batch): Uint8Array => (batch as MetricsBatch).body;
  return {
    type,
    advice,
    endpoint: shownUrl(target.url),
    timeoutMs: target.timeoutMs,
    encode([metrics]) {
      serialize ??= serializer();
      return new MetricsBatch((metrics && serialize(metrics)) ?? new Uint8Array());
    },
    send: (batch, timeoutMs) => sendBody(target, bodyOf(batch), timeoutMs),
    request: (batch) => ({ target, body: bodyOf(batch) }),
  };
}
