/** A resource of an SDK of any generation. */
interface ResourceLike {
  readonly asyncAttributesPending?: boolean | undefined;
}

/**
 * Computes a value once for each resource: the items of a provider share a resource. While a detector still looks up attributes,
 * the value is computed anew each time, because late attributes belong to the resource as soon as the attributes are there.
 */
export function perResource<Resource extends ResourceLike, Value>(
  compute: (resource: Resource) => Value,
): (resource: Resource) => Value {
  const computed = new WeakMap<Resource, { readonly value: Value }>();
  return (resource) => {
    const before = computed.get(resource);
    if (before !== undefined) return before.value;
    const value = compute(resource);
    if (resource.asyncAttributesPending !== true) computed.set(resource, { value });
    return value;
  };
}
