import type { Resource } from '@opentelemetry/resources';
import type { AttributeRecord } from './draft.ts';

/** Views of resources, and the resource of each view. All items of a provider share a resource. */
const views = new WeakMap<object, object>();
const sources = new WeakMap<object, Resource>();

/** The resource for code of a user, who cannot change the resource that all items share. */
export function resourceView(resource: Resource): object {
  let view = views.get(resource);
  if (view === undefined) {
    view = Object.freeze(withAttributes(resource, Object.freeze({ ...resource.attributes })));
    // Attributes that a detector still looks up belong to the resource as soon as they are there.
    if (resource.asyncAttributesPending !== true) views.set(resource, view);
    sources.set(view, resource);
  }
  return view;
}

/** The resource behind `view`; a resource that a user has made stays. */
export function sourceOf(view: object): Resource {
  return sources.get(view) ?? (view as Resource);
}

/** A resource with other attributes. Every further field comes from the resource, of whatever generation of the SDK. */
export function withAttributes(resource: Resource, attributes: AttributeRecord): Resource {
  return Object.create(resource, { attributes: { value: attributes, enumerable: true } }) as Resource;
}
