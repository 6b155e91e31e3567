import { numberInRange } from '../parsers.ts';
import { showValue } from '../unusable-value.ts';
import { atLeastOne, DataFields, type DataPath, positiveNumber, UnusableData } from './data-fields.ts';
import type { OwnSamplerSettings } from './sampler-settings.ts';

/** Where the data of a sampler stands. */
export interface SamplerSource {
  /** Folder from which modules are searched. */
  readonly folder: string;
  /** Takes a message about a sampler that is left out. */
  readonly warn: (message: string, path: DataPath) => void;
}

/** Data of a sampler inside of a sampler. */
export type ReadInner<Inner> = (data: unknown, path: DataPath) => Inner;

/** A number from 0 to 1. */
export const share = numberInRange(0, 1);

/** Names of the samplers of this package. */
export const OWN_SAMPLERS: readonly string[] = ['rate_limiting', 'adaptive', 'rules', 'any', 'all', 'module'].map(
  (name) => `llm_otel_${name}`,
);

/** What a name in `LLM_OTEL_SAMPLER` or behind `llm_otel_` means. */
export function readOwnSampler(
  name: 'rate_limiting' | 'adaptive',
  fields: DataFields,
): OwnSamplerSettings<never> & { readonly kind: 'rate_limiting' | 'adaptive' } {
  const tracesPerSecond = fields.parsed('traces_per_second', positiveNumber);
  if (name === 'rate_limiting') {
    fields.only('traces_per_second', 'burst', 'key');
    const burst = fields.parsed('burst', atLeastOne, Math.max(1, tracesPerSecond));
    return { kind: name, tracesPerSecond, burst, key: fields.text('key') };
  }
  fields.only('traces_per_second', 'min', 'max');
  const [min, max] = [fields.parsed('min', share, 0), fields.parsed('max', share, 1)];
  if (min > max) throw new UnusableData([...fields.path, 'min'], `${min} is more than max, ${max}`);
  return { kind: name, tracesPerSecond, min, max };
}

/** Samplers of this package by name, also those inside of `composite/development`. Undefined for other names. */
export function readOwnComponent<Inner extends object>(
  name: string,
  fields: DataFields,
  source: SamplerSource,
  inner: ReadInner<Inner>,
): OwnSamplerSettings<Inner> | undefined {
  switch (name) {
    case 'llm_otel_rate_limiting':
      return readOwnSampler('rate_limiting', fields);
    case 'llm_otel_adaptive':
      return readOwnSampler('adaptive', fields);
    case 'llm_otel_rules':
      return readRules(fields, inner);
    case 'llm_otel_any':
    case 'llm_otel_all': {
      fields.only('samplers');
      const samplers = fields.list('samplers').map(([data, path]) => inner(data, path));
      if (samplers.length === 0) throw new UnusableData([...fields.path, 'samplers'], 'expected at least one sampler');
      return { kind: name === 'llm_otel_any' ? 'any' : 'all', samplers };
    }
    case 'llm_otel_module': {
      fields.only('module', 'options');
      const module = fields.text('module');
      if (module === undefined) throw new UnusableData(fields.path, 'module is missing');
      return { kind: 'module', module, from: source.folder, options: fields.value('options') };
    }
    default:
      return undefined;
  }
}

function readRules<Inner extends object>(fields: DataFields, inner: ReadInner<Inner>): OwnSamplerSettings<Inner> {
  fields.only('rules', 'fallback');
  const rules = fields.list('rules').map(([data, path]) => {
    const rule = new DataFields(data, path).only('name', 'match', 'sampler');
    const name = rule.text('name');
    if (name === undefined) throw new UnusableData(path, 'name is missing');
    const match = rule.value('match');
    if (typeof match !== 'object')
      throw new UnusableData([...path, 'match'], `expected an object, got ${showValue(match)}`);
    return { name, match, sampler: inner(rule.value('sampler'), [...path, 'sampler']) };
  });
  const fallback = fields.value('fallback') ?? { always_on: {} };
  return { kind: 'rules', rules, fallback: inner(fallback, [...fields.path, 'fallback']) };
}
