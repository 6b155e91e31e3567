import type { Context } from '@opentelemetry/api';
import type { ConfigPlace } from '../../config/config-place.ts';
import { type Env, envText } from '../../config/env.ts';
import { baggageOf } from '../../otel/globals.ts';
import { ignoreRejection } from '../../runtime/guard.ts';
import { originalItem } from '../batches/original-item.ts';
import { perResource } from '../batches/per-resource.ts';
import { kindOfValue, mapOf, ownValue } from '../match/kind-of-value.ts';
import { type AttributeRecord, type Draft, isRecord } from './draft/draft.ts';
import type { CreateStep, Step } from './step.ts';
import { isAttributeValue, readAttributes } from './values/attribute-options.ts';
import { compileKeys } from './values/key-test.ts';
import { userModule } from './values/user-module.ts';

/** Attributes for an item. */
type ReadAdded = (draft: Draft) => AttributeRecord;

/** Adds attributes. Of several sources of one key the first holds, and the item itself goes before all; `overwrite`: the last. */
export const createEnrich: CreateStep = (options, where, sources) => {
  const { attributes, env, resource, baggage, module, overwrite = false } = options;
  if (typeof overwrite !== 'boolean')
    where.at('overwrite').refuse(`it is ${kindOfValue(overwrite)}; expected true or false`);
  const readers: ReadAdded[] = [];
  let onStart: Step['onStart'];
  const fixed = {
    ...(env === undefined ? {} : readVariables(env, sources.env, where.at('env'))),
    ...(attributes === undefined ? {} : readAttributes(attributes, where.at('attributes'))),
  };
  if (Object.keys(fixed).length > 0) readers.push(() => fixed);
  if (resource !== undefined) readers.push(resourceReader(compileKeys(resource, where.at('resource'), false)));
  if (baggage !== undefined) {
    const kept = keepBaggage(compileKeys(baggage, where.at('baggage'), false));
    onStart = kept.onStart;
    readers.push(kept.read);
  }
  if (module !== undefined) readers.push(moduleReader(module, where.at('module'), sources.folder));
  if ([attributes, env, resource, baggage, module].every((one) => one === undefined))
    where.refuse('there is nothing to add; expected attributes, env, resource, baggage or module');
  return {
    run(draft) {
      // All sources are read before the first is used: a module may fail.
      for (const added of readers.map((read) => read(draft))) add(draft, added, overwrite === true);
      return true;
    },
    ...(onStart === undefined ? {} : { onStart }),
  };
};

function add(draft: Draft, added: AttributeRecord, overwrites: boolean): void {
  for (const key of Object.keys(added))
    if (overwrites || ownValue(draft.attributes, key) === undefined) draft.ownAttributes()[key] = added[key];
}

/** Values of variables; a variable that is not set adds nothing. */
function readVariables(option: unknown, env: Env, where: ConfigPlace): AttributeRecord {
  const map = mapOf(option);
  if (map === undefined) where.refuse(`it is ${kindOfValue(option)}; expected a map of attributes and variables`);
  const found: Record<string, string> = {};
  for (const [key, variable] of Object.entries(map ?? {})) {
    if (typeof variable !== 'string') where.at(key).refuse(`it is ${kindOfValue(variable)}; expected a variable`);
    const value = envText(env, String(variable));
    if (value !== undefined) found[key] = value;
  }
  return found;
}

/** Attributes of the resource. */
function resourceReader(isMeant: (key: string) => boolean): ReadAdded {
  const meant = perResource(({ attributes }: Draft['source']) =>
    Object.fromEntries(Object.entries(attributes).filter(([key]) => isMeant(key))),
  );
  return ({ source }) => meant(source);
}

const NOTHING: AttributeRecord = {};

/** Keeps entries of the baggage in which an item starts, until the item is exported. */
function keepBaggage(
  isMeant: (key: string) => boolean,
): Required<Pick<Step, 'onStart'>> & { readonly read: ReadAdded } {
  const kept = new WeakMap<object, AttributeRecord>();
  return {
    onStart(item: object, context: Context) {
      const entries =
        baggageOf(context)
          ?.getAllEntries()
          .filter(([key]) => isMeant(key)) ?? [];
      if (entries.length > 0) kept.set(item, Object.fromEntries(entries.map(([key, { value }]) => [key, value])));
    },
    read: ({ item }) => kept.get(originalItem(kept, item)) ?? NOTHING,
  };
}

/** The default export gets a copy of the item and returns attributes; or returns such a function at the first call. */
function moduleReader(module: unknown, where: ConfigPlace, folder: string): ReadAdded {
  const load = userModule(module, where, folder);
  let made: ((item: object) => unknown) | undefined;
  return (draft) => {
    const read = made ?? load?.();
    if (read === undefined) return NOTHING;
    let found = read(draft.toPlainItem());
    if (made === undefined && typeof found === 'function') {
      made = found as (item: object) => unknown;
      found = made(draft.toPlainItem());
    }
    if (found === undefined || found === null) return NOTHING;
    const isPromise = ignoreRejection(found);
    if (isPromise || !isRecord(found))
      throw new TypeError(
        `the module returned ${isPromise ? 'a promise' : kindOfValue(found)}; expected a map of attributes at once`,
      );
    return Object.fromEntries(Object.entries(found).filter(([, value]) => isAttributeValue(value)));
  };
}
