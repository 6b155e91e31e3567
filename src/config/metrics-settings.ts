import { type Env, envChoice, envNumber, envText, warnValue } from './env.ts';
import type { Exporters } from './exporters.ts';

/** How metrics are read and sent. */
export interface MetricsSettings {
  /** Milliseconds between two exports. */
  readonly intervalMs: number;
  /** Milliseconds that one export may take. */
  readonly timeoutMs: number;
  readonly temporality: 'cumulative' | 'delta' | 'lowmemory';
  readonly histograms: 'explicit_bucket_histogram' | 'base2_exponential_bucket_histogram';
  /** Where a Prometheus server reads metrics. */
  readonly prometheus: { readonly host: string; readonly port: number };
}

/** Reads the variables of metrics; only those of `names` are looked at, so that others cause no warning. */
export function metricsSettings(env: Env, names: Exporters['metrics']): MetricsSettings {
  return {
    ...interval(env),
    temporality: envChoice(
      names.includes('otlp') ? env : {},
      ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'],
      ['cumulative', 'delta', 'lowmemory'],
      'cumulative',
    ),
    histograms: envChoice(
      names.includes('otlp') ? env : {},
      ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'],
      ['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'],
      'explicit_bucket_histogram',
    ),
    prometheus: prometheus(names.includes('prometheus') ? env : {}),
  };
}

function prometheus(env: Env): MetricsSettings['prometheus'] {
  return {
    host: envText(env, 'OTEL_EXPORTER_PROMETHEUS_HOST') ?? 'localhost',
    port: envNumber(env, ['OTEL_EXPORTER_PROMETHEUS_PORT'], { least: 1, most: 65_535 }, 9464),
  };
}

function interval(env: Env): { intervalMs: number; timeoutMs: number } {
  const intervalMs = envNumber(env, ['OTEL_METRIC_EXPORT_INTERVAL'], { least: 1, most: 2_147_483_647 }, 60_000);
  const timeoutMs = envNumber(
    env,
    ['OTEL_METRIC_EXPORT_TIMEOUT'],
    { least: 1, most: 2_147_483_647 },
    Math.min(30_000, intervalMs),
  );
  if (timeoutMs > intervalMs)
    warnValue('OTEL_METRIC_EXPORT_TIMEOUT', String(timeoutMs), 'it is longer than the interval', String(intervalMs));
  return { intervalMs, timeoutMs: Math.min(timeoutMs, intervalMs) };
}
