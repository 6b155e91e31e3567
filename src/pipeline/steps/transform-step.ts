import type { ConfigPlace } from '../../config/config-place.ts';
import { compileMatch } from '../match/compile-match.ts';
import { kindOfValue, mapOf, ownValue } from '../match/kind-of-value.ts';
import type { AttributeRecord } from './draft/draft.ts';
import type { CreateStep } from './step.ts';
import { readAttributes } from './values/attribute-options.ts';
import { compileKeys } from './values/key-test.ts';
import { compileTemplate } from './values/template.ts';

/** Changes attributes; the same object if nothing changes. */
type Change = (attributes: AttributeRecord) => AttributeRecord;

/** Sets, renames, copies and deletes attributes, in this order, and names the item anew. */
export const createTransform: CreateStep = ({ when, set, rename, copy, delete: gone, name }, where) => {
  const matches = when === undefined ? () => true : compileMatch(when, where.at('when'));
  const changes: Change[] = [];
  if (set !== undefined) changes.push(setter(readAttributes(set, where.at('set'))));
  if (rename !== undefined) changes.push(renamer(readNames(rename, where.at('rename'))));
  if (copy !== undefined) changes.push(copier(readNames(copy, where.at('copy'))));
  if (gone !== undefined) changes.push(remover(compileKeys(gone, where.at('delete'), false)));
  const template = name === undefined ? undefined : compileTemplate(name, where.at('name'));
  if (changes.length === 0 && name === undefined)
    where.refuse('there is nothing to do; expected set, rename, copy, delete or name');
  return {
    run(draft) {
      if (!matches(draft)) return true;
      const before = draft.attributes;
      draft.attributes = changes.reduce((attributes, change) => change(attributes), before);
      if (template !== undefined)
        draft.name = template((key) => ownValue(draft.attributes, key) ?? ownValue(before, key));
      return true;
    },
  };
};

function readNames(option: unknown, where: ConfigPlace): ReadonlyMap<string, string> {
  const map = mapOf(option);
  if (map === undefined) where.refuse(`it is ${kindOfValue(option)}; expected a map of names`);
  const names = Object.entries(map ?? {});
  for (const [from, to] of names)
    if (typeof to !== 'string' || to === '')
      where.at(from).refuse(`it is ${kindOfValue(to)}; expected the name of an attribute`);
  return new Map(names as [string, string][]);
}

const setter =
  (added: AttributeRecord): Change =>
  (attributes) => ({ ...attributes, ...added });

/** A name that an attribute has already goes to the renamed attribute. */
function renamer(names: ReadonlyMap<string, string>): Change {
  return (attributes) => {
    const present = [...names].filter(([from, to]) => from !== to && ownValue(attributes, from) !== undefined);
    if (present.length === 0) return attributes;
    const replaced = new Set(present.map(([, to]) => to));
    const moved = new Map(present);
    const renamed: Record<string, unknown> = {};
    for (const key of Object.keys(attributes)) {
      const to = moved.get(key);
      if (to !== undefined) renamed[to] = attributes[key];
      else if (!replaced.has(key)) renamed[key] = attributes[key];
    }
    return renamed;
  };
}

function copier(names: ReadonlyMap<string, string>): Change {
  return (attributes) => {
    const present = [...names].filter(([from]) => ownValue(attributes, from) !== undefined);
    if (present.length === 0) return attributes;
    return { ...attributes, ...Object.fromEntries(present.map(([from, to]) => [to, attributes[from]])) };
  };
}

function remover(isGone: (key: string) => boolean): Change {
  return (attributes) => {
    const keys = Object.keys(attributes);
    if (!keys.some(isGone)) return attributes;
    return Object.fromEntries(keys.filter((key) => !isGone(key)).map((key) => [key, attributes[key]]));
  };
}
