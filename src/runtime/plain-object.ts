/**
 * Is `value` an object literal, of this realm or another, or an object without a prototype? Objects with internal slots, on
 * which only their methods work, are not. Throws for a revoked proxy.
 */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype as object) === null;
}
