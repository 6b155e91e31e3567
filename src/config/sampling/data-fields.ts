import { nearestName } from '../nearest-name.ts';
import type { Parse } from '../parsers.ts';
import { showValue } from '../unusable-value.ts';

/** Keys and indexes from a value down to a part of the value. */
export type DataPath = readonly (string | number)[];

/** Why plain data cannot be used, and the place in the data. */
export class UnusableData extends Error {
  readonly path: DataPath;
  readonly problem: string;

  constructor(path: DataPath, problem: string) {
    super(path.length === 0 ? problem : `${path.join('.')}: ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * A map of plain data, from a configuration file in snake_case or from code in camelCase. The schema has checked data of a file;
 * data of code may be anything. Every reader throws {@link UnusableData}.
 */
export class DataFields {
  readonly path: DataPath;
  readonly #data: Readonly<Record<string, unknown>>;

  constructor(data: unknown, path: DataPath = []) {
    this.path = path;
    // A file may leave out the value of a key: `always_on:`.
    const map = data ?? {};
    if (typeof map !== 'object' || Array.isArray(map))
      throw new UnusableData(path, `expected an object, got ${showValue(data)}`);
    this.#data = map as Readonly<Record<string, unknown>>;
  }

  /** Refuses keys beside `names`, which are in snake_case. */
  only(...names: readonly string[]): this {
    const known = new Set(names.flatMap((name) => [name, camelCase(name)]));
    const unknown = Object.keys(this.#data).find((key) => !known.has(key));
    if (unknown === undefined) return this;
    const nearest = nearestName(unknown, [...known]);
    const advice = nearest === undefined ? `; expected ${names.join(', ')}` : `, did you mean ${nearest}?`;
    throw new UnusableData(this.path, `${showValue(unknown)} is not known${advice}`);
  }

  /** The value of a key; null counts as absent. */
  value(name: string): unknown {
    return this.#data[name] ?? this.#data[camelCase(name)] ?? undefined;
  }

  /** Whether the key has a value. */
  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  /** A value that `parse` reads; `fallback` if absent. Without a fallback the key is required. */
  parsed<T>(name: string, parse: Parse<T>, fallback?: T): T {
    const value = this.value(name);
    if (value === undefined && fallback !== undefined) return fallback;
    if (value === undefined) throw new UnusableData(this.path, `${name} is missing`);
    const parsed = parse(value);
    if ('value' in parsed) return parsed.value;
    throw new UnusableData([...this.path, name], `${showValue(value)} cannot be used, ${parsed.problem}`);
  }

  /** A text that is not empty; undefined if absent. */
  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || (typeof value === 'string' && value !== '')) return value as string | undefined;
    throw new UnusableData([...this.path, name], `expected a text, got ${showValue(value)}`);
  }

  /** A list of texts; undefined if absent. */
  texts(name: string): readonly string[] | undefined {
    if (!this.has(name)) return undefined;
    return this.list(name).map(([value, path]) => {
      if (typeof value === 'string') return value;
      throw new UnusableData(path, `expected a text, got ${showValue(value)}`);
    });
  }

  /** Items of a list, each with its path. */
  list(name: string): readonly (readonly [value: unknown, path: DataPath])[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw new UnusableData([...this.path, name], `expected a list, got ${showValue(value)}`);
    return value.map((item, index) => [item, [...this.path, name, index]] as const);
  }

  /** The only key of the map, and the map below. */
  alternative(): readonly [name: string, below: DataFields] {
    const [name, ...more] = Object.keys(this.#data);
    if (name === undefined || more.length > 0)
      throw new UnusableData(this.path, `expected an object with one key, as in { always_on: {} }`);
    return [name, new DataFields(this.#data[name], [...this.path, name])];
  }
}

/** A number above 0. */
export const positiveNumber: Parse<number> = numberThat((n) => n > 0, 'expected a number above 0');

/** A number of at least 1. */
export const atLeastOne: Parse<number> = numberThat((n) => n >= 1, 'expected a number of at least 1');

function numberThat(isUsable: (n: number) => boolean, problem: string): Parse<number> {
  return (raw) => {
    const n = typeof raw === 'number' ? raw : Number(String(raw).trim() || 'x');
    return isUsable(n) && Number.isFinite(n) ? { value: n } : { problem };
  };
}
