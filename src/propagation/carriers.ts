import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

/**
 * What carries a context to another process: a plain object, `Headers`, a `Map`, `Metadata` of gRPC, or the headers of an
 * `IncomingMessage`.
 */
export type Carrier = object;

/** The used part of `Headers`, `Map` and `Metadata`. */
interface KeyedCarrier {
  get(key: string): unknown;
  set(key: string, value: string): unknown;
  keys?(): Iterable<unknown>;
  /** `Metadata` lists its entries as an object. */
  getMap?(): object;
}

function isKeyed(carrier: Carrier): carrier is KeyedCarrier {
  const { get, set } = carrier as Partial<KeyedCarrier>;
  return typeof get === 'function' && typeof set === 'function';
}

/** Reads a carrier of any kind; a name of a plain object is found in any case. */
export const CARRIER_GETTER: TextMapGetter<Carrier> = {
  keys: (carrier) => {
    if (!isKeyed(carrier)) return Object.keys(carrier);
    return carrier.getMap === undefined ? [...(carrier.keys?.() ?? [])].map(String) : Object.keys(carrier.getMap());
  },
  get: (carrier, key) => textsOf(isKeyed(carrier) ? carrier.get(key) : propertyOf(carrier, key)),
};

/** Writes into a carrier of any kind. */
export const CARRIER_SETTER: TextMapSetter<Carrier> = {
  set: (carrier, key, value) => {
    if (isKeyed(carrier)) carrier.set(key, value);
    else (carrier as Record<string, string>)[key] = value;
  },
};

function propertyOf(carrier: Carrier, key: string): unknown {
  const entries = carrier as Readonly<Record<string, unknown>>;
  if (Object.hasOwn(entries, key)) return entries[key];
  const same = Object.keys(entries).find((name) => name.toLowerCase() === key.toLowerCase());
  return same === undefined ? undefined : entries[same];
}

/** The text of a header; a header that came several times is one list, as HTTP says. */
function textsOf(value: unknown): string | undefined {
  if (!Array.isArray(value)) return textOf(value);
  const texts = value.map(textOf).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join(',');
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}
