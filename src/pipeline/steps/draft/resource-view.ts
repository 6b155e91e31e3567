import type { Resource } from '@opentelemetry/resources';
import { withAttributes } from '../../batches/changed-resource.ts';
import { perResource } from '../../batches/per-resource.ts';

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
