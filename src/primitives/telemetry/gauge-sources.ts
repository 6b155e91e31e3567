import type { Attributes, ObservableResult } from '@opentelemetry/api';
import { swallow } from '../../runtime/guard.ts';

/** A gauge of the primitives. */
export type GaugeKey = 'cacheHitRatio' | 'timeoutRatio' | 'routerCircuitState';

/** One point of a gauge. */
export interface GaugePoint {
  readonly attributes: Attributes;
  /** A state: the value itself. A share: the value and the number of calls, so that layers of one name are added up. */
  readonly value: number;
  readonly of?: number;
}

/** A layer with values for a gauge. */
export interface GaugeSource {
  gaugePoints(): readonly GaugePoint[];
}

const sources = new Map<GaugeKey, Set<WeakRef<GaugeSource>>>();
/** A set drops its dead layers when the set has twice the layers of the last time. */
const limits = new Map<GaugeKey, number>();
const SMALLEST_LIMIT = 64;

/** Adds a layer to a gauge. The layer is not kept alive: an application may make layers for each request. */
export function addGaugeSource(key: GaugeKey, source: GaugeSource): void {
  const layers = sources.get(key) ?? new Set();
  sources.set(key, layers);
  layers.add(new WeakRef(source));
  if (layers.size < (limits.get(key) ?? SMALLEST_LIMIT)) return;
  liveLayers(layers);
  limits.set(key, Math.max(SMALLEST_LIMIT, layers.size * 2));
}

/** Number of layers of a gauge, for tests. */
export const gaugeSourceCount = (key: GaugeKey): number => sources.get(key)?.size ?? 0;

function liveLayers(layers: Set<WeakRef<GaugeSource>>): GaugeSource[] {
  const live: GaugeSource[] = [];
  for (const reference of layers) {
    const source = reference.deref();
    if (source === undefined) layers.delete(reference);
    else live.push(source);
  }
  return live;
}

/** Writes the points of all layers of a gauge; layers of one name are one point. */
export function observeGauge(key: GaugeKey, result: ObservableResult): void {
  try {
    const points = new Map<string, { attributes: Attributes; value: number; of: number | undefined }>();
    for (const source of liveLayers(sources.get(key) ?? new Set())) {
      for (const { attributes, value, of } of source.gaugePoints()) {
        const id = JSON.stringify(attributes);
        const same = points.get(id);
        if (same?.of === undefined || of === undefined) points.set(id, { attributes, value, of });
        else points.set(id, { attributes, value: same.value + value, of: same.of + of });
      }
    }
    for (const { attributes, value, of } of points.values())
      if (of !== 0) result.observe(of === undefined ? value : value / of, attributes);
  } catch (error) {
    swallow(error);
  }
}
