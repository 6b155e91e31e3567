import type { Attributes } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
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
  const added = resourceFromAttributes(attributes);
  // Items of one provider have one resource.
  let base: Resource | undefined;
  let merged: Resource | undefined;
  return (item) => {
    if (merged === undefined || base !== item.resource) {
      base = item.resource;
      merged = base.merge(added);
    }
    return Object.create(item, { resource: { value: merged, enumerable: true } }) as Item;
  };
}
