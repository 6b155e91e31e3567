import { showValue } from '../config/unusable-value.ts';

/** The longest time of a timer of Node; a longer timer fires at once. */
const MAX_TIMER_MS = 2_147_483_647;

type Check = readonly [isKind: (value: unknown) => boolean, expected: string, isInRange?: (value: number) => boolean];

const isNumber = (value: unknown): boolean => typeof value === 'number';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string';

const RULES = {
  /** A time in milliseconds. */
  time: [
    isNumber,
    `a number greater than 0 and at most ${MAX_TIMER_MS}`,
    (value) => value > 0 && value <= MAX_TIMER_MS,
  ],
  /** A time in milliseconds, for which 0 means never. */
  time_or_zero: [
    isNumber,
    `0, or a number greater than 0 and at most ${MAX_TIMER_MS}`,
    (value) => value >= 0 && value <= MAX_TIMER_MS,
  ],
  count: [isNumber, 'an integer greater than 0', (value) => Number.isSafeInteger(value) && value > 0],
  positive: [isNumber, 'a number greater than 0', (value) => value > 0 && value < Number.POSITIVE_INFINITY],
  price: [isNumber, 'a number that is 0 or greater', (value) => value >= 0 && value < Number.POSITIVE_INFINITY],
  boolean: [(value) => typeof value === 'boolean', 'true or false'],
  text: [isText, 'a string'],
  name: [(value) => isText(value) && value !== '', 'a string that is not empty'],
  function: [isFunction, 'a function'],
  object: [isRecord, 'an object'],
  array: [Array.isArray, 'an array'],
} as const satisfies Record<string, Check>;

/** What a value of an option must be. */
export type OptionRule = keyof typeof RULES;

/**
 * Throws if `value` does not follow `rule`: a TypeError for a value of a wrong kind, a RangeError for a number outside of the
 * range. `place` is the function that was called, `option` the path of the option. An absent option follows every rule.
 */
export function checkOption(place: string, option: string, value: unknown, rule: OptionRule): void {
  if (value === undefined) return;
  const [isKind, expected, isInRange]: Check = RULES[rule];
  const message = `${place}: ${option} must be ${expected}, not ${showValue(value)}`;
  if (!isKind(value)) throw new TypeError(message);
  if (isInRange !== undefined && !isInRange(value as number)) throw new RangeError(message);
}

/**
 * Throws if an option does not follow its rule, see {@link checkOption}. `path` stands before the names of the options, for
 * options inside of an option.
 */
export function checkOptions(
  place: string,
  options: unknown,
  rules: Readonly<Record<string, OptionRule>>,
  path = '',
): void {
  if (!isRecord(options))
    throw new TypeError(`${place}: ${path || 'options'} must be an object, not ${showValue(options)}`);
  const values = options as Readonly<Record<string, unknown>>;
  for (const [name, rule] of Object.entries(rules))
    checkOption(place, path === '' ? name : `${path}.${name}`, values[name], rule);
}

/** Throws a TypeError if `value` is none of `allowed`. An absent value is allowed. */
export function checkOneOf(place: string, option: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  const list = allowed.map((one) => showValue(one)).join(', ');
  throw new TypeError(`${place}: ${option} must be one of ${list}, not ${showValue(value)}`);
}

/** Throws a TypeError if `fn` is no function. */
export function checkFunction(place: string, option: string, fn: unknown): void {
  if (typeof fn !== 'function') throw new TypeError(`${place}: ${option} must be a function, not ${showValue(fn)}`);
}
