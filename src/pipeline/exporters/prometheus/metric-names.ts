/**
 * Names of metrics and labels, by https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/. Where
 * the specification leaves room, names are made as github.com/prometheus/otlptranslator 1.0.0 makes names, so that a scrape,
 * the OTLP receiver of Prometheus and a Collector give the same name.
 */
import type { TranslationStrategy } from '../../../config/sdk/exporter-settings.ts';

/** How names are made. */
export interface Naming {
  /** Names end with the unit and the type. */
  readonly suffixes: boolean;
  /** Names may hold any character. */
  readonly utf8: boolean;
}

const STRATEGIES: Readonly<Record<TranslationStrategy, Naming>> = {
  underscore_escaping_with_suffixes: { suffixes: true, utf8: false },
  'underscore_escaping_without_suffixes/development': { suffixes: false, utf8: false },
  'no_utf8_escaping_with_suffixes/development': { suffixes: true, utf8: true },
  'no_translation/development': { suffixes: false, utf8: true },
};

/** Names of a strategy for a scraper that takes, or does not take, names of any character. */
export function namingOf(strategy: TranslationStrategy, acceptsUtf8: boolean): Naming {
  const { suffixes, utf8 } = STRATEGIES[strategy];
  return { suffixes, utf8: utf8 && acceptsUtf8 };
}

/** What a name is made of. */
export interface NamedMetric {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'counter' | 'gauge' | 'other';
}

/** Units as words; every other unit stays as it is. */
const UNITS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    d: 'days',
    h: 'hours',
    min: 'minutes',
    s: 'seconds',
    ms: 'milliseconds',
    us: 'microseconds',
    ns: 'nanoseconds',
    By: 'bytes',
    KiBy: 'kibibytes',
    MiBy: 'mebibytes',
    GiBy: 'gibibytes',
    TiBy: 'tibibytes',
    KBy: 'kilobytes',
    MBy: 'megabytes',
    GBy: 'gigabytes',
    TBy: 'terabytes',
    m: 'meters',
    V: 'volts',
    A: 'amperes',
    J: 'joules',
    W: 'watts',
    g: 'grams',
    Cel: 'celsius',
    Hz: 'hertz',
    '1': '',
    '%': 'percent',
  }),
);

/** Units after a slash. */
const PER_UNITS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    s: 'second',
    m: 'minute',
    h: 'hour',
    d: 'day',
    w: 'week',
    mo: 'month',
    y: 'year',
  }),
);

/** A name that every version of Prometheus reads. */
const PLAIN_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether a metric name needs no quotes on the page. */
export const isPlainName = (name: string): boolean => PLAIN_NAME.test(name);
/** Whether a label name needs no quotes on the page. */
export const isPlainLabel = (name: string): boolean => PLAIN_LABEL.test(name);

/** The name of a metric on the page; undefined if no character of the name can be used. */
export function metricName(metric: NamedMetric, naming: Naming): string | undefined {
  const name = (naming.utf8 ? unescapedName : escapedName)(metric, naming.suffixes);
  if (naming.utf8 || name === metric.name) return name || undefined;
  return /[^_]/.test(name) ? name : undefined;
}

/** The unit of a metric as a word: the end of the metric name. */
export function unitWord({ unit, kind }: NamedMetric): string {
  if (unit === '1' && kind === 'gauge') return 'ratio';
  const [main, per] = unitSuffixes(unit).map(withoutOddCharacters);
  return [main, per].filter(Boolean).join('_').replace(/_$/, '');
}

/** The name of a label; undefined if no character of the key can be used. */
export function labelName(key: string, { utf8 }: Naming): string | undefined {
  // `__name__` would replace the name of the metric.
  if (utf8 && !key.startsWith('__')) return key || undefined;
  const name = key.replaceAll(/[^a-zA-Z0-9_]/g, '_').replaceAll(/__+/g, '_');
  if (!/[^_]/.test(name)) return undefined;
  return /^\d/.test(name) ? `key_${name}` : name;
}

function escapedName({ name, unit, kind }: NamedMetric, suffixes: boolean): string {
  const kept = suffixes ? withSuffixes(wordsOf(name), unit, kind) : name.split(/[^a-zA-Z0-9:_]+/).filter(Boolean);
  const joined = kept.join('_');
  return /^\d/.test(joined) ? `_${joined}` : joined;
}

const wordsOf = (name: string): string[] => name.split(/[^a-zA-Z0-9:]+/).filter(Boolean);

function withSuffixes(words: string[], unit: string, kind: NamedMetric['kind']): string[] {
  const [main = '', per = ''] = unitSuffixes(unit).map(withoutOddCharacters);
  const after = per.replace(/_$/, '');
  const isPer = after !== '' && after !== 'per' && !words.includes(after);
  const before = words.includes(main) ? '' : isPer ? main.replace(/_$/, '') : main;
  const named = [...words, ...(before === '' ? [] : [before]), ...(isPer ? [after] : [])];
  if (kind === 'counter') return [...named.filter((word) => word !== 'total'), 'total'];
  if (kind === 'gauge' && unit === '1') return [...named.filter((word) => word !== 'ratio'), 'ratio'];
  return named;
}

function unescapedName({ name, unit, kind }: NamedMetric, suffixes: boolean): string {
  if (!suffixes) return name;
  const [main = '', per = ''] = unitSuffixes(unit);
  const end = kind === 'counter' ? 'total' : kind === 'gauge' && unit === '1' ? 'ratio' : '';
  let base = withoutEnd(withoutEnd(name, end), per);
  if (!base.endsWith(main)) base += `_${main}`;
  return [base, per, end].filter(Boolean).join('_');
}

/** `a_total` without `total` and the character before. */
const withoutEnd = (name: string, end: string): string =>
  end !== '' && name.endsWith(end) && name.length > end.length + 1 ? name.slice(0, -end.length - 1) : name;

/** `By/s` as `bytes` and `per_second`. Braces hold a remark, not a unit. */
function unitSuffixes(unit: string): [main: string, per: string] {
  const [main = '', ...rest] = unit.split('/');
  const below = withoutRemark(rest.join('/'));
  const above = withoutRemark(main);
  return [UNITS.get(above) ?? above, below === '' ? '' : `per_${PER_UNITS.get(below) ?? below}`];
}

const withoutRemark = (unit: string): string => (/[{}]/.test(unit) ? '' : unit.trim());

const withoutOddCharacters = (unit: string): string =>
  unit
    .replaceAll(/[^a-zA-Z0-9:]/g, '_')
    .replaceAll(/__+/g, '_')
    .replace(/^_/, '');
