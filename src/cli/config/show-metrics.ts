import type { MetricReaderSettings } from '../../config/sdk/metrics-settings.ts';
import { type EntryList, entry } from './entry.ts';
import { below, type Origin, sourceOf } from './origin.ts';
import { showData, showExporter } from './show-exporter.ts';

const TEMPORALITY = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
const HISTOGRAMS = 'OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION';

/** Exporters that have keys for temporality and histograms. */
const WITH_TEMPORALITY: ReadonlySet<string> = new Set(['otlp_http', 'otlp_grpc', 'console', 'otlp_file/development']);

/** A reader of metrics as a file has readers. */
export function showReader(settings: MetricReaderSettings, origin: Origin): EntryList {
  const { pipeline, intervalMs, timeoutMs, temporality, histograms, cardinalityLimits } = settings;
  const inner = below(origin, 'exporter');
  const shown = showExporter(pipeline.exporter, 'metrics', inner);
  const source = sourceOf(origin, 'exporter', 'OTEL_METRICS_EXPORTER');
  const limits =
    cardinalityLimits === undefined
      ? []
      : [entry('cardinality_limits', showData(cardinalityLimits, below(origin, 'cardinality_limits')))];
  if (pipeline.exporter.kind === 'prometheus') return [entry('pull', [...limits, entry('exporter', shown, source)])];
  const exporter = shown.map(({ key, value }) => {
    if (!WITH_TEMPORALITY.has(key) || !Array.isArray(value)) return entry(key, value);
    const keys = below(inner, key);
    return entry(key, [
      ...(value as EntryList),
      entry(
        'temporality_preference',
        temporality === 'lowmemory' ? 'low_memory' : temporality,
        sourceOf(keys, 'temporality_preference', TEMPORALITY),
      ),
      entry('default_histogram_aggregation', histograms, sourceOf(keys, 'default_histogram_aggregation', HISTOGRAMS)),
    ]);
  });
  return [
    entry('periodic', [
      entry('interval', intervalMs, sourceOf(origin, 'interval', 'OTEL_METRIC_EXPORT_INTERVAL')),
      entry('timeout', timeoutMs, sourceOf(origin, 'timeout', 'OTEL_METRIC_EXPORT_TIMEOUT')),
      ...limits,
      entry('exporter', exporter, source),
    ]),
  ];
}
