/** A value and the attributes from which the value was made. */
export interface Found<T> {
  readonly value: T;
  readonly from: readonly string[];
}

/** `found` with another value, made by `change`; undefined if `change` makes nothing. */
export function changed<T, Other>(
  found: Found<T> | undefined,
  change: (value: T) => Other | undefined,
): Found<Other> | undefined {
  if (found === undefined) return undefined;
  const value = change(found.value);
  return value === undefined ? undefined : { value, from: found.from };
}

/** `found` as a value that replaces nothing: the attribute stays in mode `replace` too. */
export const kept = <T>(found: Found<T> | undefined): Found<T> | undefined => found && { value: found.value, from: [] };

/** `found` as JSON. */
export const inJson = (found: Found<unknown> | undefined): Found<string> | undefined =>
  changed(found, (value) => JSON.stringify(value));

/** An object of the fields that were found; undefined without any. */
export function together<T>(
  fields: Readonly<Record<string, Found<T> | undefined>>,
): Found<Record<string, T>> | undefined {
  const value: Record<string, T> = {};
  const from: string[] = [];
  for (const [name, found] of Object.entries(fields)) {
    if (found === undefined) continue;
    value[name] = found.value;
    from.push(...found.from);
  }
  return from.length === 0 ? undefined : { value, from };
}
