/** Parsers of variables and options: each kind of value has one parser and one wording. */

/** The value that was meant, or why the value cannot be used. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };
/** Reads a raw value: the text of a variable, or whatever an option holds. */
export type Parse<T> = (raw: unknown) => Parsed<T>;

/** A value that can be used. */
export const usable = <T>(value: T): Parsed<T> => ({ value });

/** Longest delay of a timer of Node, in milliseconds. */
export const MAX_TIMER_MS = 2_147_483_647;

/** Words for yes and no; every option of this package that is switched on and off takes these words. */
const TRUTH = { true: ['true', '1', 'yes', 'on'], false: ['false', '0', 'no', 'off'] } as const;

/** A value for each word that means yes, and a value for each word that means no. */
export function wordsForTruth<T>(yes: T, no: T): Readonly<Record<string, T>> {
  return Object.fromEntries([...TRUTH.true.map((word) => [word, yes]), ...TRUTH.false.map((word) => [word, no])]);
}

const BOOLEANS = wordsForTruth(true, false);

/** `true`, `1`, `yes`, `on` and the opposites. */
export const booleanValue: Parse<boolean> = (raw) => {
  if (typeof raw === 'boolean') return usable(raw);
  const value = ownEntry(BOOLEANS, String(raw).trim().toLowerCase());
  return value === undefined ? { problem: 'expected true or false' } : usable(value);
};

/** A number in a range. */
export const numberInRange =
  (least: number, most: number): Parse<number> =>
  (raw) => {
    const n = numberOf(raw);
    return n >= least && n <= most ? usable(n) : { problem: `expected a number ${bounds(least, most)}` };
  };

/** A whole number in a range. */
export const integerInRange =
  (least: number, most: number = Number.MAX_SAFE_INTEGER): Parse<number> =>
  (raw) => {
    const n = numberOf(raw);
    if (Number.isInteger(n) && n >= least && n <= most) return usable(n);
    return { problem: `expected a whole number ${bounds(least, most)}` };
  };

/** An empty text is no number, although `Number('')` is 0. */
const numberOf = (raw: unknown): number => (typeof raw === 'number' ? raw : Number(String(raw).trim() || 'x'));

const bounds = (least: number, most: number): string =>
  most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;

/** A word of a list, in upper or lower case. `aliases` translates further words, in lower case. */
export const oneOf =
  <T extends string>(words: readonly T[], aliases: Readonly<Record<string, T>> = {}): Parse<T> =>
  (raw) => {
    const text = String(raw).trim().toLowerCase();
    const word = words.find((candidate) => candidate.toLowerCase() === text) ?? ownEntry(aliases, text);
    return word === undefined ? { problem: `expected one of ${words.join(', ')}` } : usable(word);
  };

/** An entry of `table`, without the properties that every object inherits: a user may write `constructor`. */
export function ownEntry<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** A function. */
export const functionValue = <T>(raw: unknown): Parsed<T> =>
  typeof raw === 'function' ? usable(raw as T) : { problem: 'expected a function' };

/** An entry of a comma-separated list of `name=value`, without surrounding space. */
export interface Pair {
  /** Empty if the entry has no `=`. */
  readonly name: string;
  readonly value: string;
  /** The whole entry, for messages. */
  readonly text: string;
}

/** The entries of `name=value,name=value`, nothing decoded. */
export function splitPairs(list: string): Pair[] {
  const entries = list.split(',').map((entry) => entry.trim());
  return entries
    .filter((text) => text !== '')
    .map((text) => {
      const at = text.indexOf('=');
      return { text, name: text.slice(0, Math.max(at, 0)).trim(), value: text.slice(at + 1).trim() };
    });
}
