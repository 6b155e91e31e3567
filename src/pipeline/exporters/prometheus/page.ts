import type { Histogram } from '@opentelemetry/sdk-metrics';
import type { Families, Family } from './families.ts';
import { escapeLines, label, quoted } from './labels.ts';
import { isPlainName } from './metric-names.ts';

/** What a type ends with, in the names before the values. OpenMetrics names the family without the end. */
const ENDS: Readonly<Partial<Record<Family['type'], string>>> = { counter: '_total', info: '_info' };

/** The text format 0.0.4 of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function textPage(families: readonly Family[]): string {
  return families
    .map((family) => {
      const { name, type, help } = family;
      const shown = writtenName(name);
      const about = help === '' ? '' : `# HELP ${shown} ${escapeLines(help)}\n`;
      return `${about}# TYPE ${shown} ${type === 'info' ? 'gauge' : type}\n${valuesOf(family, plainBound)}`;
    })
    .join('');
}

/**
 * OpenMetrics 1.0.0: https://prometheus.io/docs/specs/om/open_metrics_spec/. A counter whose name does not end with `_total`, and a
 * family whose name without the end belongs to another family, have the type `unknown`, because the names may not change.
 */
export function openMetricsPage(families: readonly Family[], all: Families): string {
  const parts = families.map((family) => {
    const { type, help, unit } = family;
    const short = shortName(family, all);
    const name = short ?? family.name;
    const shown = writtenName(name);
    const about = help === '' ? '' : `# HELP ${shown} ${escapeLines(help).replaceAll('"', '\\"')}\n`;
    const isUnit = unit !== '' && name.endsWith(`_${unit}`);
    const unitLine = isUnit ? `# UNIT ${shown} ${unit}\n` : '';
    return `${about}# TYPE ${shown} ${short === undefined ? 'unknown' : type}\n${unitLine}${valuesOf(family, canonicalBound)}`;
  });
  return `${parts.join('')}# EOF\n`;
}

function shortName({ name, type }: Family, all: Families): string | undefined {
  const end = ENDS[type];
  if (end === undefined) return name;
  if (!name.endsWith(end) || name.length === end.length) return undefined;
  const short = name.slice(0, -end.length);
  return all.isTaken(short) ? undefined : short;
}

function valuesOf({ name, series }: Family, boundText: (bound: number) => string): string {
  let text = '';
  for (const [labels, value] of series)
    text += typeof value === 'number' ? line(name, labels, value) : histogram(name, labels, value, boundText);
  return text;
}

function histogram(name: string, labels: string, value: Histogram, boundText: (bound: number) => string): string {
  const { boundaries, counts } = value.buckets;
  let text = '';
  let below = 0;
  boundaries.forEach((bound, i) => {
    below += counts[i] ?? 0;
    text += line(`${name}_bucket`, joined(labels, label('le', boundText(bound))), below);
  });
  text += line(`${name}_bucket`, joined(labels, label('le', '+Inf')), value.count);
  if (value.sum !== undefined) text += line(`${name}_sum`, labels, value.sum);
  return text + line(`${name}_count`, labels, value.count);
}

const joined = (...labels: readonly string[]): string => labels.filter((text) => text !== '').join(',');

function line(name: string, labels: string, value: number): string {
  if (!isPlainName(name)) return `{${joined(quoted(name), labels)}} ${numberText(value)}\n`;
  return `${name}${labels === '' ? '' : `{${labels}}`} ${numberText(value)}\n`;
}

const writtenName = (name: string): string => (isPlainName(name) ? name : quoted(name));

const numberText = (value: number): string => String(value).replace('Infinity', 'Inf').replace(/^Inf/, '+Inf');

const plainBound = numberText;

/** As Go writes floats (`%g`), with `.0` behind whole numbers: OpenMetrics, section "Canonical Numbers". */
function canonicalBound(bound: number): string {
  const [digits = '', exponent = '0'] = bound.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return Number.isInteger(bound) ? `${bound}.0` : String(bound);
  const sign = power < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}
