import type { Resource } from '@opentelemetry/resources';
import type { ConfigPlace } from '../../../config/config-place.ts';
import { withAttributes } from '../../batches/changed-resource.ts';
import { perResource } from '../../batches/per-resource.ts';
import { kindOfValue } from '../../match/kind-of-value.ts';
import { type AttributeRecord, copyAttributes, type Draft, type DraftPart } from '../draft/draft.ts';

/** Finds the changes of attributes: the new value of each key, `undefined` for a key that goes. Undefined: nothing changes. */
export type FindChanges = (attributes: AttributeRecord) => ReadonlyMap<string, unknown> | undefined;

/** Changes attributes in place. */
function applyChanges(attributes: Record<string, unknown>, changes: ReadonlyMap<string, unknown>): void {
  for (const [key, value] of changes)
    if (value === undefined) delete attributes[key];
    else attributes[key] = value;
}

/** Changed attributes; the same object if nothing changes. */
function changed(attributes: AttributeRecord, find: FindChanges): AttributeRecord {
  const changes = find(attributes);
  if (changes === undefined) return attributes;
  const copy = copyAttributes(attributes);
  applyChanges(copy, changes);
  return copy;
}

/** Changes the attributes of an item. */
export function changeItem(draft: Draft, find: FindChanges): void {
  const changes = find(draft.attributes);
  if (changes !== undefined) applyChanges(draft.ownAttributes(), changes);
}

/** Parts of an item that have attributes. */
const PARTS = ['span', 'event', 'link', 'resource'] as const;
type PartName = (typeof PARTS)[number];

/** One row a part. */
const CHANGES: Readonly<Record<PartName, (find: FindChanges) => (draft: Draft) => void>> = {
  span: (find) => (draft) => changeItem(draft, find),
  event: (find) => (draft) => {
    draft.timedEvents = changeList(draft.timedEvents, find);
  },
  link: (find) => (draft) => {
    draft.links = changeList(draft.links, find);
  },
  resource(find) {
    const change = resourceChange(find);
    return (draft) => {
      draft.source = change(draft.source);
    };
  },
};

/** Makes the function that changes the attributes of the parts `on`; by default of the item and of its events. */
export function changeParts(on: unknown, find: FindChanges, where: ConfigPlace): (draft: Draft) => void {
  const names = on ?? ['span', 'event'];
  if (!Array.isArray(names) || !names.every((name): name is PartName => PARTS.includes(name as PartName))) {
    where.refuse(`it is ${kindOfValue(on)}; expected a list of ${PARTS.join(', ')}`);
    return () => {};
  }
  const changes = [...new Set(names)].map((name: PartName) => CHANGES[name](find));
  return (draft) => {
    for (const one of changes) one(draft);
  };
}

/** A list with changed attributes; the same list if nothing changes. */
export function changeList<Part extends DraftPart>(parts: readonly Part[], find: FindChanges): readonly Part[] {
  let list: Part[] | undefined;
  for (const [index, part] of parts.entries()) {
    if (part.attributes === undefined) continue;
    const attributes = changed(part.attributes, find);
    if (attributes === part.attributes) continue;
    list ??= parts.slice();
    list[index] = { ...part, attributes };
  }
  return list ?? parts;
}

/** Changes resources. Items of one provider share a resource, and must share the changed resource too. */
function resourceChange(find: FindChanges): (resource: Resource) => Resource {
  return perResource((resource) => {
    const attributes = changed(resource.attributes, find);
    return attributes === resource.attributes ? resource : withAttributes(resource, attributes);
  });
}
