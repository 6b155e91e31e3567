import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { isPlainLabel, labelName, type Naming } from './metric-names.ts';

/** Labels by name. */
export type Labels = ReadonlyMap<string, string>;

/** Attributes as labels: keys that become the same name share a label, with the values joined in the order of the keys. */
export function labelsOf(attributes: Attributes, naming: Naming): Labels {
  const labels = new Map<string, string>();
  for (const key of Object.keys(attributes).sort()) {
    const name = labelName(key, naming);
    const value = textOf(attributes[key]);
    // For Prometheus a label without text is no label.
    if (name === undefined || value === '') continue;
    const before = labels.get(name);
    labels.set(name, before === undefined ? value : `${before};${value}`);
  }
  return labels;
}

/** Labels that tell the scopes apart. */
export function scopeLabels({ name, version = '', schemaUrl = '' }: InstrumentationScope): Labels {
  const labels = Object.entries({
    otel_scope_name: name,
    otel_scope_schema_url: schemaUrl,
    otel_scope_version: version,
  });
  return new Map(labels.filter(([, value]) => value !== ''));
}

/** The text between the braces. Sorted, so that the same labels are the same text. */
export function labelText(labels: Labels): string {
  return Array.from(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => label(name, value))
    .join(',');
}

/** One label, `name="value"`. */
export function label(name: string, value: string): string {
  return `${isPlainLabel(name) ? name : quoted(name)}=${quoted(value)}`;
}

/** Text in double quotes. */
export const quoted = (text: string): string => `"${escapeLines(text).replaceAll('"', '\\"')}"`;

/** Text on one line. */
export const escapeLines = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function textOf(value: AttributeValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
