import type { ConfigPlace } from '../../config/config-place.ts';
import { compileMatch } from '../match/compile-match.ts';
import { kindOfValue, mapOf, ownValue } from '../match/kind-of-value.ts';
import type { AttributeRecord, Draft } from './draft/draft.ts';
import type { CreateStep } from './step.ts';
import { readAttributes } from './values/attribute-options.ts';
import { compileKeys } from './values/key-test.ts';
import { compileTemplate } from './values/template.ts';

/** Changes the attributes of a draft in place. */
type Change = (draft: Draft) => void;

const NOTHING: AttributeRecord = {};

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
      // The name sees the attributes before the changes too.
      const before = template === undefined ? NOTHING : { ...draft.attributes };
      for (const change of changes) change(draft);
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
  (draft) =>
    void Object.assign(draft.ownAttributes(), added);

/** All values are read before one is renamed: two attributes may change places. A name that is taken loses its attribute. */
function renamer(names: ReadonlyMap<string, string>): Change {
  const pairs = [...names].filter(([from, to]) => from !== to);
  return (draft) => {
    const present = pairs.filter(([from]) => ownValue(draft.attributes, from) !== undefined);
    if (present.length === 0) return;
    const attributes = draft.ownAttributes();
    const values = present.map(([from]) => attributes[from]);
    for (const [from] of present) delete attributes[from];
    for (const [index, [, to]] of present.entries()) attributes[to] = values[index];
  };
}

function copier(names: ReadonlyMap<string, string>): Change {
  const pairs = [...names];
  return (draft) => {
    for (const [from, to] of pairs) {
      const value = ownValue(draft.attributes, from);
      if (value !== undefined) draft.ownAttributes()[to] = value;
    }
  };
}

function remover(isGone: (key: string) => boolean): Change {
  return (draft) => {
    for (const key of Object.keys(draft.attributes)) if (isGone(key)) delete draft.ownAttributes()[key];
  };
}
