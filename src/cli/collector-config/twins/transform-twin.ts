/** The twin of the step `transform`. */
import { mapOf } from '../../../pipeline/match/kind-of-value.ts';
import { conditionOf } from '../ottl/condition.ts';
import { globsOf } from '../ottl/glob-pattern.ts';
import { attributePath, ITEMS, NAMES, type OttlContext, ottlText, ottlValue } from '../ottl/ottl-text.ts';
import { EventMarks, type TranslateStep, transformProcessor } from '../processor.ts';
import { deleteStatements } from './attributes-twin.ts';

/** `set`, `rename`, `copy`, `delete` and `name`, in this order, for the items that `when` fits before the first change. */
export const translateTransform: TranslateStep = ({ when, set, rename, copy, delete: gone, name }, { signal }) => {
  const item = ITEMS[signal];
  const marks = new EventMarks(signal);
  const conditions = when === undefined ? [] : [conditionOf(when, marks)];
  const template = typeof name === 'string' ? nameStatements(name, item, NAMES[signal]) : { before: [], after: [] };
  const statements = [
    ...template.before,
    ...Object.entries(mapOf(set) ?? {}).map(([key, value]) => setStatement(attributePath(item, key), ottlValue(value))),
    ...renameStatements(pairsOf(rename), item),
    ...pairsOf(copy).map(([from, to]) => copyStatement(attributePath(item, to), attributePath(item, from))),
    ...deleteStatements(item, globsOf(gone)),
    ...template.after,
  ];
  const group = { context: item.context, ...(conditions.length === 0 ? {} : { conditions }), statements };
  return marks.around(transformProcessor(signal, [group]));
};

const setStatement = (path: string, value: string): string => `set(${path}, ${value})`;

/** What is absent is not copied: OTTL would set an empty value. */
const copyStatement = (path: string, source: string): string => `set(${path}, ${source}) where ${source} != nil`;

const pairsOf = (option: unknown): [from: string, to: string][] =>
  Object.entries(mapOf(option) ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string');

/** Names that change places are read before the first is written. */
function renameStatements(pairs: readonly [from: string, to: string][], item: OttlContext): string[] {
  const moved = pairs.filter(([from, to]) => from !== to);
  const sources = new Set(moved.map(([from]) => from));
  const isSimple = moved.every(([, to]) => !sources.has(to));
  const removal = ([from]: readonly [string, string]): string =>
    attributePath(item, from) === 'log.body'
      ? 'set(log.body, "")'
      : `delete_key(${item.attributes}, ${ottlText(from)})`;
  if (isSimple)
    return moved.flatMap((pair) => [
      copyStatement(attributePath(item, pair[1]), attributePath(item, pair[0])),
      removal(pair),
    ]);
  const copyOf = (index: number): string => `${item.cache}["renamed.${index}"]`;
  return [
    ...moved.map(([from], index) => copyStatement(copyOf(index), attributePath(item, from))),
    ...moved.map(removal),
    ...moved.map(([, to], index) => copyStatement(attributePath(item, to), copyOf(index))),
  ];
}

/** A name with attributes as the attributes are after the changes, or else were before; an absent attribute is empty. */
function nameStatements(template: string, item: OttlContext, path: string): Record<'before' | 'after', string[]> {
  const parts = template.split(/\$\{([^}]*)\}/);
  const keys = [...new Set(parts.filter((_, index) => index % 2 === 1))];
  const cachedValue = (key: string): string => `${item.cache}["name.${keys.indexOf(key)}"]`;
  const read = (key: string): string => copyStatement(cachedValue(key), attributePath(item, key));
  const pieces = parts.flatMap((part, index) =>
    index % 2 === 1 ? [cachedValue(part)] : part === '' ? [] : [ottlText(part)],
  );
  return {
    before: keys.flatMap((key) => [setStatement(cachedValue(key), '""'), read(key)]),
    after: [...keys.map(read), `set(${path}, Concat([${pieces.join(', ')}], ""))`],
  };
}
