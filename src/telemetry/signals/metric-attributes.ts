import type { Attributes } from '@opentelemetry/api';
import { BoundedValues } from './bounded-values.ts';

/** Most values of a custom attribute in the metrics of a process. */
const MOST_VALUES = 100;

const values = new Map<string, BoundedValues>();

/** The custom attributes in `attributes` that `names` puts on metrics; undefined without any. Lists are left out. */
export function metricAttributes(attributes: Attributes, names: readonly string[]): Attributes | undefined {
  let found: Attributes | undefined;
  for (const name of names) {
    const value = attributes[name];
    if (value === undefined || typeof value === 'object') continue;
    const text = String(value);
    const bounded = valuesOf(name).value(text);
    found ??= {};
    found[name] = bounded === text ? value : bounded;
  }
  return found;
}

function valuesOf(name: string): BoundedValues {
  let known = values.get(name);
  if (known === undefined) {
    known = new BoundedValues(MOST_VALUES);
    values.set(name, known);
  }
  return known;
}
