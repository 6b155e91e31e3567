import type { Resource } from '@opentelemetry/resources';

/**
 * A resource with other attributes. Every further field comes from the resource, of whatever generation of the SDK. Not by
 * `merge()`, which brings back attributes that a step has dropped or hashed: `merge()` reads the attributes as detected.
 */
export function withAttributes(resource: Resource, attributes: Readonly<Record<string, unknown>>): Resource {
  return Object.create(resource, { attributes: { value: attributes, enumerable: true } }) as Resource;
}
