import type {
  AggregationSettings,
  CardinalityLimits,
  InstrumentKind,
  MetricReaderSettings,
  MetricsSettings,
  ViewSettings,
} from '../../sdk/metrics-settings.ts';
import { INSTRUMENT_KINDS, READER_DEFAULTS } from '../../sdk/metrics-settings.ts';
import type { PipelineSettings } from '../../sdk/pipeline-settings.ts';
import { pipelineName } from '../../sdk/read-exporter.ts';
import { mapExporter } from './map-exporter.ts';
import { mapGlobs } from './map-globs.ts';
import { timeIn } from './map-otlp.ts';
import { optional, type Section } from './section.ts';

/** A pipeline without its name and its exporter. */
export type SharedMetrics = Omit<PipelineSettings, 'name' | 'exporter'>;

/** A reader and the place of the reader in the file. */
export interface MappedReader {
  readonly settings: MetricReaderSettings;
  readonly section: Section;
}

/** Reads `meter_provider`. */
export function mapMetrics(
  section: Section,
  shared: SharedMetrics,
): { readonly settings: MetricsSettings; readonly readers: readonly MappedReader[] } {
  for (const key of ['exemplar_filter', 'meter_configurator/development'])
    if (section.isSet(key)) section.warn(`${key} is not supported; the key is ignored`, key);
  const taken = new Map<string, number>();
  const readers = section.list('readers').map((reader): MappedReader => {
    const [kind, below] = reader.only();
    const { name: exporterName, exporter } = mapExporter(below, 'metrics');
    const name = pipelineName(exporterName);
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    const pipeline = { ...shared, exporter, name: count === 1 ? name : `${name}-${count}` };
    const settings = kind === 'pull' ? mapPullReader(below, pipeline) : mapPeriodicReader(below, pipeline);
    return { settings, section: below };
  });
  const views = section.list('views').map(mapView);
  return { settings: { readers: readers.map(({ settings }) => settings), views }, readers };
}

function mapPullReader(section: Section, pipeline: PipelineSettings): MetricReaderSettings {
  warnOfUnused(section, ['producers']);
  return {
    ...READER_DEFAULTS,
    pipeline,
    ...optional('cardinalityLimits', limitsIn(section.child('cardinality_limits'))),
  };
}

function mapPeriodicReader(section: Section, pipeline: PipelineSettings): MetricReaderSettings {
  warnOfUnused(section, ['producers', 'max_export_batch_size/development']);
  const [, exporter] = section.child('exporter').only();
  const intervalMs = section.number('interval', READER_DEFAULTS.intervalMs) || 1;
  const timeoutMs = timeIn(section, 'timeout', Math.min(READER_DEFAULTS.timeoutMs, intervalMs));
  if (timeoutMs > intervalMs && section.number('timeout', 0) > 0)
    section.refuse(`it is longer than the interval; expected at most ${intervalMs}`, 'timeout');
  const temporality = exporter.text('temporality_preference') ?? READER_DEFAULTS.temporality;
  return {
    pipeline,
    intervalMs,
    timeoutMs: Math.min(timeoutMs, intervalMs),
    temporality: temporality === 'low_memory' ? 'lowmemory' : (temporality as 'cumulative' | 'delta'),
    histograms:
      exporter.word<MetricReaderSettings['histograms']>('default_histogram_aggregation') ?? READER_DEFAULTS.histograms,
    ...optional('cardinalityLimits', limitsIn(section.child('cardinality_limits'))),
  };
}

function warnOfUnused(section: Section, keys: readonly string[]): void {
  for (const key of keys) if (section.isSet(key)) section.warn(`${key} is not supported; the key is ignored`, key);
}

function limitsIn(section: Section): CardinalityLimits | undefined {
  const limits = ['default', ...INSTRUMENT_KINDS].flatMap((kind) => {
    const limit = section.number(kind, undefined);
    return limit === undefined ? [] : [[kind, limit] as const];
  });
  return limits.length === 0 ? undefined : Object.fromEntries(limits);
}

function mapView(section: Section): ViewSettings {
  const selector = section.child('selector');
  const stream = section.child('stream');
  const instrumentName = selector.text('instrument_name');
  if (stream.isSet('name') && (instrumentName === undefined || /[*?]/.test(instrumentName)))
    stream.refuse(
      'a stream with a name may select one instrument; expected an instrument_name without * and ?',
      'name',
    );
  return {
    ...optional('instrumentName', instrumentName),
    ...optional('instrumentKind', selector.word<InstrumentKind>('instrument_type')),
    ...optional('unit', selector.text('unit')),
    ...optional('meterName', selector.text('meter_name')),
    ...optional('meterVersion', selector.text('meter_version')),
    ...optional('meterSchemaUrl', selector.text('meter_schema_url')),
    ...optional('name', stream.text('name')),
    ...optional('description', stream.text('description')),
    ...optional('aggregation', mapAggregation(stream.child('aggregation'))),
    ...optional('cardinalityLimit', stream.number('aggregation_cardinality_limit', undefined)),
    ...optional('attributeKeys', stream.isSet('attribute_keys') ? mapGlobs(stream.child('attribute_keys')) : undefined),
  };
}

function mapAggregation(section: Section): AggregationSettings | undefined {
  const [kind, options] = section.only();
  if (kind === '') return undefined;
  const recordMinMax = options.flag('record_min_max', true);
  if (kind === 'explicit_bucket_histogram')
    return { kind, recordMinMax, boundaries: options.data('boundaries') as readonly number[] | undefined };
  if (kind === 'base2_exponential_bucket_histogram') {
    if (options.isSet('max_scale')) options.warn('max_scale is not supported; the key is ignored', 'max_scale');
    return { kind, recordMinMax, maxSize: options.number('max_size', 160) };
  }
  return { kind: kind as 'default' | 'drop' | 'last_value' | 'sum' };
}
