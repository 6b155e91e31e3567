import { isPlainObject } from '../../../runtime/plain-object.ts';

/**
 * The JSON of `value`; `undefined` if parsing the JSON would give a value of another type: an instance of a class, a Map, a
 * Date, bytes, a function, a bigint, a number that is not finite, `undefined` outside of a field, a cycle.
 */
export function plainJson(value: unknown): string | undefined {
  try {
    return isPlainJson(value, []) ? JSON.stringify(value) : undefined;
  } catch {
    return undefined; // a getter or a proxy that throws, or more levels than the stack has
  }
}

function isPlainJson(value: unknown, ancestors: object[]): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      return value === null || isPlainTree(value, ancestors);
    default:
      return false;
  }
}

function isPlainTree(value: object, ancestors: object[]): boolean {
  if (ancestors.includes(value)) return false;
  ancestors.push(value);
  const plain = Array.isArray(value)
    ? Object.getPrototypeOf(value) === Array.prototype && hasPlainItems(value, ancestors)
    : isPlainObject(value) && hasPlainFields(value as Readonly<Record<string, unknown>>, ancestors);
  ancestors.pop();
  return plain;
}

/** A hole of a list would come back as null. */
function hasPlainItems(list: readonly unknown[], ancestors: object[]): boolean {
  for (let i = 0; i < list.length; i++) if (!isPlainJson(list[i], ancestors)) return false;
  return true;
}

/** A field that is `undefined` comes back as a missing field: both are read as `undefined`. */
function hasPlainFields(fields: Readonly<Record<string, unknown>>, ancestors: object[]): boolean {
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    if (field !== undefined && !isPlainJson(field, ancestors)) return false;
  }
  return true;
}
