import { type Env, envText, envValue } from '../env.ts';
import { integerInRange, MAX_TIMER_MS, oneOf } from '../parsers.ts';
import { warnUnusable } from '../unusable-value.ts';
import type { Exporters } from './exporters.ts';

/** How metrics are read and sent. */
export interface MetricsSettings {
  /** Milliseconds between two exports. */
  readonly intervalMs: number;
  /** Milliseconds that one export may take. */
  readonly timeoutMs: number;
  readonly temporality: 'cumulative' | 'delta' | 'lowmemory';
  readonly histograms: 'explicit_bucket_histogram' | 'base2_exponential_bucket_histogram';
  /** Address at which a Prometheus server reads metrics. */
  readonly prometheus: { readonly host: string; readonly port: number };
}

/** Reads the variables of metrics. Without an exporter in `names`, the variables of the exporter are skipped and cause no warning. */
export function metricsSettings(env: Env, names: Exporters['metrics']): MetricsSettings {
  return {
    ...interval(env),
    temporality: envValue(
      names.includes('otlp') ? env : {},
      ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'],
      oneOf(['cumulative', 'delta', 'lowmemory']),
      'cumulative',
    ),
    histograms: envValue(
      names.includes('otlp') ? env : {},
      ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'],
      oneOf(['explicit_bucket_histogram', 'base2_exponential_bucket_histogram']),
      'explicit_bucket_histogram',
    ),
    prometheus: prometheus(names.includes('prometheus') ? env : {}),
  };
}

function prometheus(env: Env): MetricsSettings['prometheus'] {
  return {
    host: envText(env, 'OTEL_EXPORTER_PROMETHEUS_HOST') ?? 'localhost',
    port: envValue(env, ['OTEL_EXPORTER_PROMETHEUS_PORT'], integerInRange(1, 65_535), 9464),
  };
}

function interval(env: Env): { intervalMs: number; timeoutMs: number } {
  const milliseconds = integerInRange(1, MAX_TIMER_MS);
  const name = 'OTEL_METRIC_EXPORT_TIMEOUT';
  const intervalMs = envValue(env, ['OTEL_METRIC_EXPORT_INTERVAL'], milliseconds, 60_000);
  const timeoutMs = envValue(env, [name], milliseconds, Math.min(30_000, intervalMs));
  if (timeoutMs > intervalMs)
    warnUnusable(name, String(timeoutMs), 'it is longer than the interval', String(intervalMs));
  return { intervalMs, timeoutMs: Math.min(timeoutMs, intervalMs) };
}
