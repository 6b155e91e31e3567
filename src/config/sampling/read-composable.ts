import { ownEntry } from '../parsers.ts';
import { showValue } from '../unusable-value.ts';
import { DataFields, type DataPath, UnusableData } from './data-fields.ts';
import { OWN_SAMPLERS, readOwnComponent, type SamplerSource, share } from './own-components.ts';
import type { ComposableSettings, RuleBasedRule } from './sampler-settings.ts';

/** How each composable sampler of the standard is read. */
const STANDARD: Readonly<Record<string, (fields: DataFields, source: SamplerSource) => ComposableSettings>> = {
  always_on: (fields) => without(fields, 'always_on'),
  always_off: (fields) => without(fields, 'always_off'),
  probability: (fields) => ({ kind: 'probability', ratio: fields.only('ratio').parsed('ratio', share, 1) }),
  parent_threshold: (fields, source) => {
    const path = [...fields.only('root').path, 'root'];
    if (!fields.has('root')) throw new UnusableData(path, 'a sampler is missing');
    return { kind: 'parent_threshold', root: readComposable(new DataFields(fields.value('root'), path), source) };
  },
  rule_based: (fields, source) => {
    fields.only('rules');
    const rules = fields.has('rules') ? fields.list('rules') : [];
    return { kind: 'rule_based', rules: rules.map(([data, path]) => readRule(new DataFields(data, path), source)) };
  },
};

/** A sampler without options. */
function without(fields: DataFields, kind: 'always_on' | 'always_off'): ComposableSettings {
  fields.only();
  return { kind };
}

/** Reads a composable sampler: a map with one key. Throws {@link UnusableData}. */
export function readComposable(fields: DataFields, source: SamplerSource): ComposableSettings {
  const [name, below] = fields.alternative();
  const inner = (data: unknown, path: DataPath) => readComposable(new DataFields(data, path), source);
  const found =
    ownEntry(STANDARD, name)?.(below, source) ?? readOwnComponent<ComposableSettings>(name, below, source, inner);
  if (found !== undefined) return found;
  const known = [...Object.keys(STANDARD), ...OWN_SAMPLERS].join(', ');
  throw new UnusableData(fields.path, `${name} is no composable sampler; expected ${known}`);
}

const KINDS: ReadonlySet<string> = new Set(['client', 'consumer', 'internal', 'producer', 'server']);
const PARENTS: ReadonlySet<string> = new Set(['none', 'local', 'remote']);

function readRule(fields: DataFields, source: SamplerSource): RuleBasedRule {
  fields.only('attribute_values', 'attribute_patterns', 'span_kinds', 'parent', 'sampler');
  const values = fields.has('attribute_values') ? below(fields, 'attribute_values') : undefined;
  const patterns = fields.has('attribute_patterns') ? below(fields, 'attribute_patterns') : undefined;
  return {
    attributeValues: values && { key: keyIn(values.only('key', 'values')), values: values.texts('values') ?? [] },
    attributePatterns: patterns && {
      key: keyIn(patterns.only('key', 'included', 'excluded')),
      included: patterns.texts('included'),
      excluded: patterns.texts('excluded'),
    },
    spanKinds: words(fields, 'span_kinds', KINDS),
    parent: words(fields, 'parent', PARENTS),
    sampler: readComposable(below(fields, 'sampler'), source),
  };
}

const below = (fields: DataFields, name: string): DataFields =>
  new DataFields(fields.value(name), [...fields.path, name]);

function keyIn(fields: DataFields): string {
  const key = fields.text('key');
  if (key === undefined) throw new UnusableData(fields.path, 'key is missing');
  return key;
}

function words(fields: DataFields, name: string, known: ReadonlySet<string>): readonly string[] | undefined {
  const found = fields.texts(name);
  const unknown = found?.find((word) => !known.has(word));
  if (unknown === undefined) return found;
  const problem = `${showValue(unknown)} cannot be used, expected ${[...known].join(', ')}`;
  throw new UnusableData([...fields.path, name], problem);
}
