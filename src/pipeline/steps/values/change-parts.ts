import type { Resource } from '@opentelemetry/resources';
import type { ConfigPlace } from '../../../config/config-place.ts';
import { kindOfValue } from '../../match/kind-of-value.ts';
import type { AttributeRecord, Draft, DraftPart } from '../draft/draft.ts';
import { withAttributes } from '../draft/resource-view.ts';

/** Changes attributes; the same object if nothing changes. */
export type ChangeAttributes = (attributes: AttributeRecord) => AttributeRecord;

/** Parts of an item that have attributes. */
const PARTS = ['span', 'event', 'link', 'resource'] as const;
type PartName = (typeof PARTS)[number];

/** One row a part. */
const CHANGES: Readonly<Record<PartName, (change: ChangeAttributes) => (draft: Draft) => void>> = {
  span: (change) => (draft) => {
    draft.attributes = change(draft.attributes);
  },
  event: (change) => (draft) => {
    draft.timedEvents = changeList(draft.timedEvents, change);
  },
  link: (change) => (draft) => {
    draft.links = changeList(draft.links, change);
  },
  resource(change) {
    const changed = resourceChange(change);
    return (draft) => {
      draft.source = changed(draft.source);
    };
  },
};

/** Makes the function that changes the attributes of the parts `on`; by default of the item and of its events. */
export function changeParts(on: unknown, change: ChangeAttributes, where: ConfigPlace): (draft: Draft) => void {
  const names = on ?? ['span', 'event'];
  if (!Array.isArray(names) || !names.every((name): name is PartName => PARTS.includes(name as PartName))) {
    where.refuse(`it is ${kindOfValue(on)}; expected a list of ${PARTS.join(', ')}`);
    return () => {};
  }
  const changes = [...new Set(names)].map((name: PartName) => CHANGES[name](change));
  return (draft) => {
    for (const one of changes) one(draft);
  };
}

/** A list with changed attributes; the same list if nothing changes. */
export function changeList<Part extends DraftPart>(parts: readonly Part[], change: ChangeAttributes): readonly Part[] {
  let changed: Part[] | undefined;
  for (const [index, part] of parts.entries()) {
    if (part.attributes === undefined) continue;
    const attributes = change(part.attributes);
    if (attributes === part.attributes) continue;
    changed ??= parts.slice();
    changed[index] = { ...part, attributes };
  }
  return changed ?? parts;
}

/** Changes resources. Items of one provider share a resource, and must share the changed resource too. */
function resourceChange(change: ChangeAttributes): (resource: Resource) => Resource {
  const known = new WeakMap<Resource, Resource>();
  return (resource) => {
    const before = known.get(resource);
    if (before !== undefined) return before;
    const attributes = change(resource.attributes);
    const changed = attributes === resource.attributes ? resource : withAttributes(resource, attributes);
    // Attributes that a detector still looks up belong to the resource as soon as they are there.
    if (resource.asyncAttributesPending !== true) known.set(resource, changed);
    return changed;
  };
}
