import type { ConfigPlace } from '../../config/config-place.ts';
import { kindOfValue, mapOf } from '../match/kind-of-value.ts';
import { compileGlobList } from '../match/text-condition.ts';
import type { AttributeRecord } from './draft/draft.ts';
import type { CreateStep } from './step.ts';
import { changeParts } from './values/change-parts.ts';
import { createHash, hashValue } from './values/hash-value.ts';
import { compileKeys, rememberKeys } from './values/key-test.ts';
import { truncateValue } from './values/truncate-value.ts';

const MASKED = '[masked]';

/** Changes a value. */
type ChangeValue = (value: unknown) => unknown;

/** What becomes of the attribute of a key: nothing, gone, or another value. */
type Fate = 'stays' | 'goes' | ChangeValue;

/** Drops, keeps, hashes, masks and cuts attributes, in this order. */
export const createAttributes: CreateStep = ({ drop, keep, hash, mask, truncate, on }, where, { env }) => {
  if ([drop, keep, hash, mask, truncate].every((one) => one === undefined)) {
    where.refuse('there is nothing to do; expected drop, keep, hash, mask or truncate');
    return undefined;
  }
  const isDropped = compileKeys(drop, where.at('drop'), false);
  const isKept = compileKeys(keep, where.at('keep'), true);
  const changes: [isMeant: (key: string) => boolean, change: ChangeValue][] = [];
  if (hash !== undefined) {
    const isMeant = compileGlobList(hash, where.at('hash'));
    const hashText = createHash(env);
    changes.push([isMeant, (value) => hashValue(value, hashText)]);
  }
  if (mask !== undefined) changes.push([compileGlobList(mask, where.at('mask')), () => MASKED]);
  if (truncate !== undefined) changes.push(truncation(truncate, where.at('truncate')));
  const fateOf = rememberKeys((key): Fate => {
    if (isDropped(key) || !isKept(key)) return 'goes';
    const wanted = changes.filter(([isMeant]) => isMeant(key)).map(([, change]) => change);
    return wanted.length === 0 ? 'stays' : (value) => wanted.reduce((changed, change) => change(changed), value);
  });
  const change = changeParts(on, (attributes) => findChanges(attributes, fateOf), where.at('on'));
  const hides = [drop, keep, hash, mask].some((one) => one !== undefined);
  return {
    // What a step hides must not go on because the step has failed.
    ...(hides ? { dropsFailed: true } : {}),
    run(draft) {
      change(draft);
      return true;
    },
  };
};

function truncation(options: unknown, where: ConfigPlace): [isMeant: (key: string) => boolean, change: ChangeValue] {
  const { keys, max } = mapOf(options) ?? {};
  if (typeof max !== 'number' || !Number.isSafeInteger(max) || max < 1) {
    where.at('max').refuse(`it is ${kindOfValue(max)}; expected a whole number of at least 1`);
    return [() => false, (value) => value];
  }
  return [compileKeys(keys, where.at('keys'), true), (value) => truncateValue(value, max)];
}

function findChanges(
  attributes: AttributeRecord,
  fateOf: (key: string) => Fate,
): ReadonlyMap<string, unknown> | undefined {
  let changes: Map<string, unknown> | undefined;
  for (const key of Object.keys(attributes)) {
    const fate = fateOf(key);
    if (fate === 'stays') continue;
    const value = attributes[key];
    const after = fate === 'goes' || value === undefined ? undefined : fate(value);
    if (after === value && fate !== 'goes') continue;
    changes ??= new Map();
    changes.set(key, after);
  }
  return changes;
}
