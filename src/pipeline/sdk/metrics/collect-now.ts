import type { MetricReader, ResourceMetrics, ScopeMetrics } from '@opentelemetry/sdk-metrics';

/**
 * Private state of MetricReader, which collect() reads. Safe to use, because the SDK is bundled at a fixed version: checked
 * with 2.12.0 by test/pipeline/private-fields.test.ts.
 */
interface Storage {
  collect(collector: Collector, time: [number, number]): ScopeMetrics['metrics'][number] | undefined;
}

interface MeterState {
  readonly _instrumentationScope: ScopeMetrics['scope'];
  readonly metricStorageRegistry: { getStorages(collector: Collector): Storage[] };
}

interface Collector {
  readonly _sharedState: {
    readonly resource: ResourceMetrics['resource'];
    readonly meterSharedStates: ReadonlyMap<string, MeterState>;
  };
}

/**
 * MetricReader.collect() without promises, for `exit` listeners, where a promise never resolves. collect() is asynchronous
 * only because callbacks of observable instruments may be asynchronous; collectNow() does not call the callbacks.
 */
export function collectNow(reader: MetricReader): ResourceMetrics {
  const collector = (reader as unknown as { _sdkMetricProducer: Collector })._sdkMetricProducer;
  const { resource, meterSharedStates } = collector._sharedState;
  const now = Date.now();
  const time: [number, number] = [Math.trunc(now / 1000), (now % 1000) * 1e6];
  const scopeMetrics: ScopeMetrics[] = [];
  for (const meter of meterSharedStates.values()) {
    const metrics = meter.metricStorageRegistry
      .getStorages(collector)
      .map((storage) => storage.collect(collector, time))
      .filter((data) => data !== undefined);
    if (metrics.length > 0) scopeMetrics.push({ scope: meter._instrumentationScope, metrics });
  }
  return { resource, scopeMetrics };
}
