import type { Resource } from '@opentelemetry/resources';
import type { EncodedGroup, Envelope } from '../../batches/encoded-batch.ts';
import type { ScopeLike } from './proto-values.ts';

/** What spans and log records have in common. */
export interface Scoped {
  readonly resource: Resource;
  readonly instrumentationScope: ScopeLike;
}

/** The resource and the scope of items, encoded once. */
export interface OtlpEnvelope extends Envelope {
  readonly resource: Uint8Array;
  readonly resourceSchemaUrl: string | undefined;
  readonly scope: Uint8Array;
  readonly schemaUrl: string | undefined;
}

/** Encodes a resource, or a scope. */
export interface EnvelopeEncoder {
  resource(resource: Resource): Uint8Array;
  scope(scope: ScopeLike): Uint8Array;
}

/** Bytes of tags and lengths around a resource and a scope. */
const OVERHEAD = 32;

/** Envelopes by resource and scope. The objects are the keys: an SDK keeps one object for each. */
export class Envelopes {
  readonly #encoder: EnvelopeEncoder;
  readonly #byResource = new WeakMap<object, { bytes: Uint8Array; byScope: WeakMap<object, OtlpEnvelope> }>();

  constructor(encoder: EnvelopeEncoder) {
    this.#encoder = encoder;
  }

  /** The envelope of an item. */
  of({ resource, instrumentationScope: scope }: Scoped): OtlpEnvelope {
    let known = this.#byResource.get(resource);
    if (known === undefined) {
      known = { bytes: this.#encoder.resource(resource), byScope: new WeakMap() };
      // Attributes that a detector still looks up belong to the resource as soon as they are there.
      if (resource.asyncAttributesPending !== true) this.#byResource.set(resource, known);
    }
    let envelope = known.byScope.get(scope);
    if (envelope === undefined) {
      const bytes = this.#encoder.scope(scope);
      envelope = {
        resource: known.bytes,
        resourceSchemaUrl: (resource as { schemaUrl?: string }).schemaUrl,
        scope: bytes,
        schemaUrl: scope.schemaUrl,
        bytes: known.bytes.length + bytes.length + OVERHEAD,
      };
      known.byScope.set(scope, envelope);
    }
    return envelope;
  }
}

/** Items by their envelope, in the order in which envelopes first come. */
export function groupByEnvelope<Item extends Scoped>(
  items: readonly Item[],
  envelopes: Envelopes,
): Map<OtlpEnvelope, Item[]> {
  const groups = new Map<OtlpEnvelope, Item[]>();
  for (const item of items) {
    const envelope = envelopes.of(item);
    const group = groups.get(envelope);
    if (group === undefined) groups.set(envelope, [item]);
    else group.push(item);
  }
  return groups;
}

/** Groups of one resource, gathered by scope. */
export interface ResourceGroups {
  readonly resource: Uint8Array;
  readonly resourceSchemaUrl: string | undefined;
  readonly envelopes: { readonly envelope: OtlpEnvelope; readonly groups: EncodedGroup[] }[];
}

/** Gathers groups by resource and scope, so that each stands in a request once. */
export function byResource(groups: readonly EncodedGroup[]): ResourceGroups[] {
  const resources = new Map<Uint8Array, ResourceGroups>();
  const scopes = new Map<OtlpEnvelope, EncodedGroup[]>();
  for (const group of groups) {
    const envelope = group.envelope as OtlpEnvelope;
    const same = scopes.get(envelope);
    if (same !== undefined) {
      same.push(group);
      continue;
    }
    const list = [group];
    scopes.set(envelope, list);
    const { resource, resourceSchemaUrl } = envelope;
    let all = resources.get(resource);
    if (all === undefined) {
      all = { resource, resourceSchemaUrl, envelopes: [] };
      resources.set(resource, all);
    }
    all.envelopes.push({ envelope, groups: list });
  }
  return [...resources.values()];
}

/** The group as a view of the request that holds its items from `at` on. */
export function viewOf({ envelope, items, ends }: EncodedGroup, body: Uint8Array, at: number): EncodedGroup {
  return { envelope, items: body.subarray(at, at + items.length), ends };
}
