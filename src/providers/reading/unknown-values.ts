/**
 * Readers for values of unknown shape. Null, missing and wrongly typed values were not sent.
 */

/** A string with at least one character. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number. */
export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** An object that is no array. */
export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/**
 * A plain copy of an array, read by plain indexes: methods of a subclass, or `Symbol.species`, would run code of the application.
 */
export function asArray(value: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list: unknown[] = [];
  const { length } = value;
  for (let i = 0; i < length; i++) list.push(value[i]);
  return list;
}

/** A count: an integer, not negative. */
export function asCount(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** The row of `table` for a word from outside: not what every object inherits, because `constructor` is a word too. */
export function entryOf<T>(table: Readonly<Record<string, T>>, key: string | undefined): T | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** An abort signal, of any realm or polyfill. */
export function asSignal(value: unknown): AbortSignal | undefined {
  const signal = value as Partial<AbortSignal> | null | undefined;
  return typeof signal?.aborted === 'boolean' && typeof signal.addEventListener === 'function'
    ? (value as AbortSignal)
    : undefined;
}
