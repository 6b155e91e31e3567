import type { ConfigPlace } from '../../config/config-place.ts';
import { nearestName } from '../../config/nearest-name.ts';
import { compileGlobs } from '../../runtime/glob.ts';
import { compileRegex } from './compile-regex.ts';
import { kindOfValue, mapOf } from './kind-of-value.ts';
import { NEVER } from './text-condition.ts';

/** Says whether the value of an attribute fits; `undefined` and null: there is no such attribute. */
export type TestValue = (value: unknown) => boolean;

/** Says whether a single value fits: no list, and never absent. */
type TestSingle = (value: unknown) => boolean;

const COMPARISONS = {
  gt: (a: number, b: number) => a > b,
  gte: (a: number, b: number) => a >= b,
  lt: (a: number, b: number) => a < b,
  lte: (a: number, b: number) => a <= b,
} as const satisfies Record<string, (a: number, b: number) => boolean>;

const RANGE_KEYS = Object.keys(COMPARISONS);
const KEYS = [...RANGE_KEYS, 'exists', 'regex'];

/** Compiles the condition of one attribute: a glob, a list, a number, true or false, or a map of comparisons. */
export function compileValue(condition: unknown, where: ConfigPlace): TestValue {
  const map = mapOf(condition);
  if (map !== undefined) return compileComparisons(map, where);
  const list = Array.isArray(condition) ? condition : [condition];
  if (list.length === 0 || !list.every(isPlain)) {
    where.refuse(
      `it is ${kindOfValue(condition)}; expected a glob, a number, true or false, a list of those, or a map with ${KEYS.join(', ')}`,
    );
    return NEVER;
  }
  const texts = new Set(list.filter((one) => typeof one !== 'string').map(String));
  const test = compileGlobs(list.filter((one) => typeof one === 'string'));
  return anyItem((value) => {
    const text = String(value);
    return texts.has(text) || test(text);
  });
}

/** Compiles a range of numbers. */
export function compileRange(condition: unknown, where: ConfigPlace): (value: number) => boolean {
  const map = mapOf(condition);
  if (map !== undefined && hasKeysOf(map, RANGE_KEYS, where)) return allOf(comparisonsIn(map, where));
  if (map === undefined) where.refuse(`it is ${kindOfValue(condition)}; expected a map with ${RANGE_KEYS.join(', ')}`);
  return NEVER;
}

function compileComparisons(map: Readonly<Record<string, unknown>>, where: ConfigPlace): TestValue {
  if (!hasKeysOf(map, KEYS, where)) return NEVER;
  const { exists, regex } = map;
  if (exists !== undefined && typeof exists !== 'boolean') {
    where.at('exists').refuse(`it is ${kindOfValue(exists)}; expected true or false`);
    return NEVER;
  }
  const tests: TestSingle[] = comparisonsIn(map, where);
  if (regex !== undefined) {
    const compiled = compileRegex(regex, where.at('regex'));
    tests.push(compiled === undefined ? NEVER : (value) => compiled.test(String(value)));
  }
  const test = tests.length === 0 ? undefined : anyItem(allOf(tests));
  return (value) => {
    const isThere = value !== undefined && value !== null;
    return (exists === undefined || exists === isThere) && (test === undefined || test(value));
  };
}

function comparisonsIn(map: Readonly<Record<string, unknown>>, where: ConfigPlace): TestSingle[] {
  return Object.entries(COMPARISONS).flatMap(([key, compare]): TestSingle[] => {
    const bound = map[key];
    if (bound === undefined) return [];
    if (typeof bound === 'number' && Number.isFinite(bound))
      return [(value) => typeof value === 'number' && compare(value, bound)];
    where.at(key).refuse(`it is ${kindOfValue(bound)}; expected a number`);
    return [NEVER];
  });
}

/** True if `map` has keys, and only keys of `keys`. */
function hasKeysOf(map: Readonly<Record<string, unknown>>, keys: readonly string[], where: ConfigPlace): boolean {
  const unknown = Object.keys(map).filter((key) => !keys.includes(key));
  for (const key of unknown) refuseKey(key, keys, where);
  const isEmpty = Object.keys(map).length === 0;
  if (isEmpty) where.refuse(`there are no keys; expected ${keys.join(', ')}`);
  return unknown.length === 0 && !isEmpty;
}

/** Refuses a key that is not one of `keys`. */
export function refuseKey(key: string, keys: readonly string[], where: ConfigPlace): void {
  const nearest = nearestName(key, keys);
  const advice = nearest === undefined ? '' : `, did you mean "${nearest}"?`;
  where.refuse(`unknown key ${JSON.stringify(key.slice(0, 80))}; expected one of ${keys.join(', ')}${advice}`);
}

const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));

const allOf =
  (tests: readonly TestSingle[]): TestSingle =>
  (value) => {
    for (const test of tests) if (!test(value)) return false;
    return true;
  };

/** A list fits if an item fits. Objects, as in the body of a log record, have no string form. */
const anyItem =
  (test: TestSingle): TestValue =>
  (value) => {
    if (value === undefined || value === null) return false;
    if (Array.isArray(value)) return value.some((item) => isScalar(item) && test(item));
    return isScalar(value) && test(value);
  };

const isScalar = (value: unknown): boolean => value !== null && value !== undefined && typeof value !== 'object';
