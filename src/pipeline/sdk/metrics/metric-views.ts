import type { Attributes } from '@opentelemetry/api';
import {
  type AggregationOption,
  AggregationType,
  InstrumentType,
  type PeriodicExportingMetricReaderOptions,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import type {
  AggregationSettings,
  CardinalityLimits,
  InstrumentKind,
  ViewSettings,
} from '../../../config/sdk/metrics-settings.ts';
import { type GlobLists, nameFilter } from '../../../runtime/glob.ts';

const INSTRUMENTS = {
  counter: InstrumentType.COUNTER,
  gauge: InstrumentType.GAUGE,
  histogram: InstrumentType.HISTOGRAM,
  observable_counter: InstrumentType.OBSERVABLE_COUNTER,
  observable_gauge: InstrumentType.OBSERVABLE_GAUGE,
  observable_up_down_counter: InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
  up_down_counter: InstrumentType.UP_DOWN_COUNTER,
} as const satisfies Record<InstrumentKind, InstrumentType>;

/** A view as the SDK takes views. */
export function viewOptionsOf(view: ViewSettings): ViewOptions {
  const options: Record<string, unknown> = {
    name: view.name,
    description: view.description,
    attributesProcessors: view.attributeKeys && [{ process: keepKeys(view.attributeKeys) }],
    aggregation: view.aggregation && aggregationOf(view.aggregation),
    aggregationCardinalityLimit: view.cardinalityLimit,
    // The SDK refuses a view that selects nothing; by the specification such a view selects everything.
    instrumentName: view.instrumentName ?? '*',
    instrumentType: view.instrumentKind && INSTRUMENTS[view.instrumentKind],
    instrumentUnit: view.unit,
    meterName: view.meterName,
    meterVersion: view.meterVersion,
    meterSchemaUrl: view.meterSchemaUrl,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function aggregationOf(settings: AggregationSettings): AggregationOption {
  switch (settings.kind) {
    case 'explicit_bucket_histogram': {
      const { boundaries, recordMinMax } = settings;
      return {
        type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM,
        options: { boundaries: [...(boundaries ?? DEFAULT_BOUNDARIES)], recordMinMax },
      };
    }
    case 'base2_exponential_bucket_histogram': {
      const { maxSize, recordMinMax } = settings;
      return { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize, recordMinMax } };
    }
    case 'drop':
      return { type: AggregationType.DROP };
    case 'last_value':
      return { type: AggregationType.LAST_VALUE };
    case 'sum':
      return { type: AggregationType.SUM };
    default:
      return { type: AggregationType.DEFAULT };
  }
}

/** https://opentelemetry.io/docs/specs/otel/metrics/sdk/#explicit-bucket-histogram-aggregation */
const DEFAULT_BOUNDARIES = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000] as const;

/** Keeps the attributes whose names match. */
function keepKeys(lists: GlobLists): (attributes: Attributes) => Attributes {
  const isKept = nameFilter(lists);
  return (attributes) => Object.fromEntries(Object.entries(attributes).filter(([key]) => isKept(key)));
}

/** Limits of a reader as the SDK takes the limits. */
export function cardinalityOptions(
  limits: CardinalityLimits | undefined,
): Pick<PeriodicExportingMetricReaderOptions, 'cardinalityLimits'> {
  if (limits === undefined) return {};
  const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return {
    cardinalityLimits: Object.fromEntries(Object.entries(limits).map(([name, limit]) => [camelCase(name), limit])),
  };
}

/** Most attribute sets that the SDK keeps of an instrument without a limit. */
const DEFAULT_CARDINALITY = 2000;

/** Limits of a reader that is asked, as the SDK takes the limits. */
export function cardinalitySelector(limits: CardinalityLimits = {}): (type: InstrumentType) => number {
  const kinds = new Map(Object.entries(INSTRUMENTS).map(([kind, type]) => [type, kind as InstrumentKind] as const));
  return (type) => limits[kinds.get(type) ?? 'default'] ?? limits.default ?? DEFAULT_CARDINALITY;
}
