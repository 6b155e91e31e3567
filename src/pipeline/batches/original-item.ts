/**
 * The object under which `entries` has something about an item: the item itself, or the span of which the item is a copy. A tail
 * decision writes the name of the policy on a copy of the root, and the prototype of the copy is the span.
 */
export function originalItem(entries: Pick<WeakMap<object, unknown>, 'has'>, item: object): object {
  return entries.has(item) ? item : (Object.getPrototypeOf(item) as object);
}
