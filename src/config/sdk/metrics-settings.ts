import type { GlobLists } from '../../runtime/glob.ts';
import { type Env, envText, envValue } from '../env.ts';
import { integerInRange, MAX_TIMER_MS, oneOf } from '../parsers.ts';
import { warnUnusable } from '../unusable-value.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

/** Kinds of instruments, as a configuration file names the kinds. */
export const INSTRUMENT_KINDS = [
  'counter',
  'gauge',
  'histogram',
  'observable_counter',
  'observable_gauge',
  'observable_up_down_counter',
  'up_down_counter',
] as const;

/** A kind of instrument. */
export type InstrumentKind = (typeof INSTRUMENT_KINDS)[number];

/** Most attribute sets of one instrument; `default` holds for kinds without a number. */
export type CardinalityLimits = Readonly<Partial<Record<InstrumentKind | 'default', number>>>;

/** How metrics are read for one exporter. */
export interface MetricReaderSettings {
  readonly pipeline: PipelineSettings;
  /** Milliseconds between two exports. */
  readonly intervalMs: number;
  /** Milliseconds that one export may take. */
  readonly timeoutMs: number;
  readonly temporality: 'cumulative' | 'delta' | 'lowmemory';
  readonly histograms: 'explicit_bucket_histogram' | 'base2_exponential_bucket_histogram';
  readonly cardinalityLimits?: CardinalityLimits;
}

/** How the measurements of an instrument become numbers. */
export type AggregationSettings =
  | { readonly kind: 'default' | 'drop' | 'last_value' | 'sum' }
  | {
      readonly kind: 'explicit_bucket_histogram';
      readonly boundaries: readonly number[] | undefined;
      readonly recordMinMax: boolean;
    }
  | { readonly kind: 'base2_exponential_bucket_histogram'; readonly maxSize: number; readonly recordMinMax: boolean };

/** Which instruments are changed and how. */
export interface ViewSettings {
  readonly instrumentName?: string;
  readonly instrumentKind?: InstrumentKind;
  readonly unit?: string;
  readonly meterName?: string;
  readonly meterVersion?: string;
  readonly meterSchemaUrl?: string;
  readonly name?: string;
  readonly description?: string;
  readonly aggregation?: AggregationSettings;
  readonly cardinalityLimit?: number;
  /** Attributes that are kept: globs. */
  readonly attributeKeys?: GlobLists;
}

/** How metrics are read and sent. */
export interface MetricsSettings {
  readonly readers: readonly MetricReaderSettings[];
  readonly views: readonly ViewSettings[];
}

/** Defaults of a reader beside its pipeline. */
export const READER_DEFAULTS = {
  intervalMs: 60_000,
  timeoutMs: 30_000,
  temporality: 'cumulative',
  histograms: 'explicit_bucket_histogram',
} as const satisfies Omit<MetricReaderSettings, 'pipeline'>;

/** Reads the variables of metrics; a variable of an exporter that does not run is left alone and causes no warning. */
export function metricsSettings(env: Env, pipelines: readonly PipelineSettings[]): MetricsSettings {
  const interval = readInterval(env);
  const otlp = pipelines.some(({ exporter }) => exporter.kind === 'otlp') ? env : {};
  const temporality = envValue(
    otlp,
    ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'],
    oneOf(['cumulative', 'delta', 'lowmemory'] as const),
    READER_DEFAULTS.temporality,
  );
  const histograms = envValue(
    otlp,
    ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION'],
    oneOf(['explicit_bucket_histogram', 'base2_exponential_bucket_histogram'] as const),
    READER_DEFAULTS.histograms,
  );
  return { readers: pipelines.map((pipeline) => ({ pipeline, ...interval, temporality, histograms })), views: [] };
}

/** Where a Prometheus server reads metrics. */
export function prometheusAddress(env: Env): { host: string; port: number } {
  return {
    host: envText(env, 'OTEL_EXPORTER_PROMETHEUS_HOST') ?? PROMETHEUS_DEFAULTS.host,
    port: envValue(
      env,
      ['OTEL_EXPORTER_PROMETHEUS_PORT'],
      integerInRange(1, 65_535),
      PROMETHEUS_DEFAULTS.port as number,
    ),
  };
}

/** Address of the Prometheus exporter. */
export const PROMETHEUS_DEFAULTS = { host: 'localhost', port: 9464 } as const;

function readInterval(env: Env): Pick<MetricReaderSettings, 'intervalMs' | 'timeoutMs'> {
  const milliseconds = integerInRange(1, MAX_TIMER_MS);
  const name = 'OTEL_METRIC_EXPORT_TIMEOUT';
  const intervalMs = envValue(env, ['OTEL_METRIC_EXPORT_INTERVAL'], milliseconds, 60_000);
  const timeoutMs = envValue(env, [name], milliseconds, Math.min(30_000, intervalMs));
  if (timeoutMs > intervalMs)
    warnUnusable(name, String(timeoutMs), 'it is longer than the interval', String(intervalMs));
  return { intervalMs, timeoutMs: Math.min(timeoutMs, intervalMs) };
}
