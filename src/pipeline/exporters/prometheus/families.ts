import type { Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { DataPointType, type Histogram, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { PrometheusSettings } from '../../../config/sdk/exporter-settings.ts';
import { nameFilter } from '../../../runtime/glob.ts';
import { debug, warnOnce } from '../../../runtime/log.ts';
import { type Labels, labelsOf, labelText, scopeLabels } from './labels.ts';
import { metricName, type NamedMetric, type Naming, unitWord } from './metric-names.ts';

/** Types of the page. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'info';

/** The value of one series. */
export type SeriesValue = number | Histogram;

/** Everything of one name, over all scopes. */
export interface Family {
  readonly name: string;
  readonly type: FamilyType;
  help: string;
  readonly unit: string;
  /** By the text of the labels. Anew for every page. */
  readonly series: Map<string, SeriesValue>;
}

const INFO = { name: 'target_info', type: 'info', help: 'Target metadata', unit: '' } as const;

/**
 * The families of all pages of a process, in the order of their first appearance. The SDK gives scopes in changing order, and the
 * first type and the first description of a name have to hold for as long as the process lives.
 */
export class Families {
  readonly #settings: PrometheusSettings;
  readonly #naming: Naming;
  readonly #isConstant: (key: string) => boolean;
  readonly #families = new Map<string, Family>();
  /** The family of every name that stands before a value: a histogram has four of these names. */
  readonly #owners = new Map<string, Family>();

  constructor(settings: PrometheusSettings, naming: Naming) {
    this.#settings = settings;
    this.#naming = naming;
    this.#isConstant = settings.constantLabels === undefined ? () => false : nameFilter(settings.constantLabels);
    if (settings.targetInfo !== false) this.#claim({ ...INFO, series: new Map() });
  }

  /** Whether a family, or a value of a family, has the name. */
  isTaken(name: string): boolean {
    return this.#owners.has(name);
  }

  /** The families that have values now. */
  of({ resource, scopeMetrics }: ResourceMetrics): Family[] {
    for (const { series } of this.#families.values()) series.clear();
    const { attributes } = resource;
    const kept = Object.entries(attributes).filter(([key]) => this.#isConstant(key));
    const constant = labelsOf(Object.fromEntries(kept), this.#naming);
    const target = labelText(labelsOf(attributes, this.#naming));
    if (target !== '') this.#families.get(INFO.name)?.series.set(target, 1);
    for (const { scope, metrics } of scopeMetrics) {
      const ofScope = this.#settings.scopeInfo === false ? [] : scopeLabels(scope);
      for (const data of metrics) {
        const family = this.#familyOf(data, scope);
        if (family !== undefined) addPoints(family, data, (own) => this.#labels(own, constant, ofScope));
      }
    }
    return Array.from(this.#families.values()).filter(({ series }) => series.size > 0);
  }

  #labels(attributes: Attributes, constant: Labels, ofScope: Iterable<readonly [string, string]>): Map<string, string> {
    return new Map([...constant, ...labelsOf(attributes, this.#naming), ...ofScope]);
  }

  #familyOf(data: MetricData, scope: InstrumentationScope): Family | undefined {
    const { name, description } = data.descriptor;
    const found = this.#find(data);
    if (typeof found === 'string') {
      warnOnce(`the metric ${name} of the meter ${scope.name} is not on the Prometheus page: ${found}`);
      return undefined;
    }
    if (found.help === '') found.help = description;
    else if (description !== '' && description !== found.help)
      debug(`Prometheus metrics: ${found.name} keeps its first description; ${scope.name} says "${description}"`);
    return found;
  }

  /** The family of a metric, or why there is none. */
  #find(data: MetricData): Family | string {
    const { name: given, unit } = data.descriptor;
    const type = typeOf(data);
    if (type === undefined)
      return 'the page has no form for exponential histograms. Give the metric a view with an explicit_bucket_histogram.';
    const named: NamedMetric = { name: given, unit, kind: kindOf(data) };
    const name = metricName(named, this.#naming);
    if (name === undefined) return 'no character of the name can be used. Rename the metric with a view.';
    const family = { name, type, help: '', unit: unitWord(named), series: new Map() };
    const owner = this.#families.get(name) ?? this.#ownerOf(family) ?? this.#claim(family);
    if (owner.name === name && owner.type === type) return owner;
    return `${owner.name} is a ${owner.type} already. Rename one of the two with a view.`;
  }

  /** Another family that has one of the names of a family. */
  #ownerOf(family: Family): Family | undefined {
    return samplesOf(family)
      .map((sample) => this.#owners.get(sample))
      .find((owner) => owner !== undefined);
  }

  #claim(family: Family): Family {
    for (const sample of samplesOf(family)) this.#owners.set(sample, family);
    this.#families.set(family.name, family);
    return family;
  }
}

/** The names that stand before the values of a family. */
function samplesOf({ name, type }: Family): string[] {
  return type === 'histogram' ? [name, `${name}_bucket`, `${name}_count`, `${name}_sum`] : [name];
}

function typeOf(data: MetricData): FamilyType | undefined {
  switch (data.dataPointType) {
    case DataPointType.SUM:
      return data.isMonotonic ? 'counter' : 'gauge';
    case DataPointType.GAUGE:
      return 'gauge';
    case DataPointType.HISTOGRAM:
      return 'histogram';
    default:
      return undefined;
  }
}

function kindOf(data: MetricData): NamedMetric['kind'] {
  if (data.dataPointType === DataPointType.GAUGE) return 'gauge';
  return data.dataPointType === DataPointType.SUM && data.isMonotonic ? 'counter' : 'other';
}

function addPoints(
  { series }: Family,
  data: MetricData,
  labels: (attributes: Attributes) => Map<string, string>,
): void {
  if (data.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) return;
  for (const { attributes, value } of data.dataPoints) {
    const own = labels(attributes);
    if (data.dataPointType === DataPointType.HISTOGRAM) renameBound(own);
    const text = labelText(own);
    const before = series.get(text);
    const isSum = data.dataPointType !== DataPointType.GAUGE;
    series.set(text, before !== undefined && isSum ? sumOf(before, value) : value);
  }
}

/** `le` of a histogram is the bound of a bucket. Prometheus gives the same name to a label whose name is taken. */
function renameBound(labels: Map<string, string>): void {
  const value = labels.get('le');
  if (value === undefined || !labels.delete('le')) return;
  labels.set('exported_le', value);
}

/** Two scopes without scope labels, or attributes whose keys became the same name, are one series. */
function sumOf(a: SeriesValue, b: SeriesValue): SeriesValue {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) + Number(b);
  const { boundaries } = a.buckets;
  const isSame =
    boundaries.length === b.buckets.boundaries.length && boundaries.every((at, i) => at === b.buckets.boundaries[i]);
  if (!isSame) return a;
  const counts = a.buckets.counts.map((count, i) => count + (b.buckets.counts[i] ?? 0));
  const sum = a.sum === undefined || b.sum === undefined ? undefined : a.sum + b.sum;
  return { buckets: { boundaries, counts }, count: a.count + b.count, ...(sum === undefined ? {} : { sum }) };
}
