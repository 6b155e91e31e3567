/** Parts of a span or a log record that hold data of any size. */
export interface Sized {
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
  readonly events?: readonly { readonly attributes?: Readonly<Record<string, unknown>> | undefined }[] | undefined;
  readonly links?: readonly unknown[] | undefined;
  readonly name?: string | undefined;
  readonly body?: unknown;
}

const ITEM = 500;
const EVENT = 100;
const PER_CHARACTER = 2;
const NUMBER = 8;
/** Events that are looked at, at the beginning and at the end of many. */
const END_EVENTS = 4;
/** Depth after which nested values are not followed. */
const DEEPEST = 8;

/**
 * Estimated bytes of an item in memory: 500 an item, 2 a character, 8 a number. Constant work for each attribute. Never throws:
 * the body of a log record may hold getters of the application, and the application is in its call of `emit()`.
 */
export function estimateSize(item: Sized): number {
  try {
    return sizeOfItem(item);
  } catch {
    return ITEM;
  }
}

function sizeOfItem(item: Sized): number {
  let bytes = ITEM + sizeOfAttributes(item.attributes);
  if (item.events !== undefined) bytes += sizeOfEvents(item.events);
  if (item.links !== undefined) bytes += EVENT * item.links.length;
  if (item.body !== undefined) bytes += sizeOf(item.body, 0);
  return bytes;
}

/**
 * Of many events, as a stream has for its chunks, the first and the last ones stand for all: the application waits for the
 * estimate (`onEnd` in `bench/export.mjs`).
 */
function sizeOfEvents(events: NonNullable<Sized['events']>): number {
  if (events.length === 0) return 0;
  const isMany = events.length > 2 * END_EVENTS;
  const counted = isMany ? [...events.slice(0, END_EVENTS), ...events.slice(-END_EVENTS)] : events;
  let bytes = 0;
  for (const { attributes } of counted) bytes += EVENT + sizeOfAttributes(attributes);
  return Math.ceil((bytes / counted.length) * events.length);
}

function sizeOfAttributes(attributes: Readonly<Record<string, unknown>> | undefined): number {
  let bytes = 0;
  for (const name in attributes) bytes += NUMBER + sizeOf(attributes[name], 0);
  return bytes;
}

function sizeOf(value: unknown, depth: number): number {
  if (typeof value === 'string') return value.length * PER_CHARACTER;
  if (typeof value !== 'object' || value === null) return NUMBER;
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (depth > DEEPEST) return NUMBER;
  let bytes = NUMBER;
  if (Array.isArray(value)) for (const one of value) bytes += sizeOf(one, depth + 1);
  else for (const name in value) bytes += NUMBER + sizeOf((value as Record<string, unknown>)[name], depth + 1);
  return bytes;
}
