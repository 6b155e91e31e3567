import type { Resource } from '@opentelemetry/resources';
import { perResource } from '../../batches/per-resource.ts';
import type { AttributeRecord } from './draft.ts';

/** The resource of each view. */
const sources = new WeakMap<object, Resource>();

/** The resource for code of a user, who cannot change the resource that all items share. */
export const resourceView = perResource((resource: Resource): object => {
  const view = Object.freeze(withAttributes(resource, Object.freeze({ ...resource.attributes })));
  sources.set(view, resource);
  return view;
});

/** The resource behind `view`; a resource that a user has made stays. */
export function sourceOf(view: object): Resource {
  return sources.get(view) ?? (view as Resource);
}

/** A resource with other attributes. Every further field comes from the resource, of whatever generation of the SDK. */
export function withAttributes(resource: Resource, attributes: AttributeRecord): Resource {
  return Object.create(resource, { attributes: { value: attributes, enumerable: true } }) as Resource;
}
