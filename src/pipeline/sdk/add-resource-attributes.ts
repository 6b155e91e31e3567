import type { Attributes } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { withAttributes } from '../batches/changed-resource.ts';
import { perResource } from '../batches/per-resource.ts';
import type { ProcessItems } from '../queue/item-queue.ts';

/** A span or a log record, as far as the resource goes. */
interface WithResource {
  readonly resource: Resource;
}

/**
 * The step `process`, and after the step more attributes of the resource of each item. All pipelines share an item, so another
 * item has the resource, and takes every other field from the first.
 */
export function withResourceAttributes<Item extends WithResource>(
  process: ProcessItems<Item>,
  attributes: Attributes | undefined,
): ProcessItems<Item> {
  if (attributes === undefined) return process;
  const add = resourceAdder<Item>(attributes);
  return (items, drop) => process(items, drop).map(add);
}

function resourceAdder<Item extends WithResource>(attributes: Attributes): (item: Item) => Item {
  const merged = perResource((resource: Resource) =>
    withAttributes(resource, { ...resource.attributes, ...attributes }),
  );
  return (item) => Object.create(item, { resource: { value: merged(item.resource), enumerable: true } }) as Item;
}
