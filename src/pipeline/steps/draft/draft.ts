import type { Resource } from '@opentelemetry/resources';
import type { MatchSubject } from '../../match/match-subject.ts';

/** Attributes of an item, an event or a link. Never changed in place: other pipelines share the attributes. */
export type AttributeRecord = Readonly<Record<string, unknown>>;

/** A part of an item with attributes of its own: an event or a link. */
export interface DraftPart {
  readonly attributes?: AttributeRecord | undefined;
}

/** An event of a span. */
export interface DraftEvent extends DraftPart {
  readonly name: string;
}

/** What steps can change of an item. */
export interface DraftFields {
  /** Name of a span, or of the event of a log record. */
  name: string | undefined;
  statusMessage: string | undefined;
  /** The body of a log record is the attribute `body`. */
  attributes: AttributeRecord;
  timedEvents: readonly DraftEvent[];
  links: readonly DraftPart[];
  source: Resource;
}

/**
 * The copy of an item on which the steps of one pipeline work. Steps replace fields and change no value in place, so a field
 * that no step changes is the field of the item. Attributes alone are copied once and then changed in place.
 */
export interface Draft extends DraftFields, Omit<MatchSubject, 'name' | 'attributes'> {
  /** The item as the application and other pipelines see the item. */
  readonly item: object;
  readonly spanId: string | undefined;
  readonly traceId: string | undefined;
  /** Id of a parent in this process. */
  readonly localParentId: string | undefined;
  /** Attributes of this draft alone, to be changed in place by a step that cannot fail any more. */
  ownAttributes(): Record<string, unknown>;
  /** The item with all changes; the item itself if there are none. */
  toItem(): object;
  /** A copy of the item that code of a user may change as the code likes. */
  toPlainItem(): Record<string, unknown>;
  /** Takes over the fields of an item of the same kind. Throws a TypeError at fields that no item has. */
  absorb(item: Readonly<Record<string, unknown>>): void;
}

/** The fields of `draft` as they are now. */
export function fieldsOf({ name, statusMessage, attributes, timedEvents, links, source }: Draft): DraftFields {
  return { name, statusMessage, attributes, timedEvents, links, source };
}

/**
 * A copy of attributes. By a loop: V8 keeps the attributes of a span as a dictionary, and a spread of a dictionary takes six
 * times as long (bench/steps.mjs).
 */
export function copyAttributes(attributes: AttributeRecord): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(attributes)) copy[key] = attributes[key];
  return copy;
}

/** Throws a TypeError if an item of a user has no usable field `name`. */
export function expectField(isUsable: boolean, name: string, words: string): void {
  if (!isUsable) throw new TypeError(`${name}: expected ${words}`);
}

/** A map, and no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy of plain data: lists and maps are new, so that a change of the copy reaches nothing else. */
export function plainCopy<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(plainCopy) as Value;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plainCopy(one)])) as Value;
}
