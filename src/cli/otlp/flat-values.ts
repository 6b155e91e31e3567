/** Values of OTLP's JSON encoding as plain values. https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
import type { Fields } from '../../viewer/page-data.ts';

/** Values inside values: deeper ones are left out. */
const MOST_DEPTH = 100;

/** The objects in a list; empty for any further value. */
export const objectsOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter((one): one is Fields => typeof one === 'object' && one !== null) : [];

/** An object; empty for any further value. */
export const objectOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** A text; empty for any further value. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A number, also one written as text; undefined for any further value. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}

/** A list of keys and values as an object without a prototype: a key may be `__proto__`. */
export function flatAttributes(list: unknown, depth = 0): Record<string, unknown> {
  const attributes = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of objectsOf(list)) if (typeof key === 'string') attributes[key] = flatValue(value, depth);
  return attributes;
}

/** An `AnyValue` as a plain value; null for an empty one. An integer that a number cannot hold stays a text. */
export function flatValue(value: unknown, depth = 0): unknown {
  if (depth > MOST_DEPTH) return null;
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = objectOf(value);
  if (stringValue !== undefined) return textOf(stringValue);
  if (boolValue !== undefined) return boolValue === true;
  if (intValue !== undefined) return Number.isSafeInteger(Number(intValue)) ? Number(intValue) : String(intValue);
  // JSON has no words for the numbers that are none: `NaN` and `Infinity` stay texts.
  if (doubleValue !== undefined) return typeof doubleValue === 'number' ? doubleValue : textOf(doubleValue);
  if (arrayValue !== undefined) return objectsOf(objectOf(arrayValue).values).map((one) => flatValue(one, depth + 1));
  if (kvlistValue !== undefined) return flatAttributes(objectOf(kvlistValue).values, depth + 1);
  return bytesValue === undefined ? null : textOf(bytesValue);
}

const NANOSECONDS_PER_MS = 1_000_000n;

/** Nanoseconds since 1970, a text or a number, as milliseconds with fractions; undefined without a time. */
export function millisecondsOf(nanoseconds: unknown): number | undefined {
  if (typeof nanoseconds === 'number') return nanoseconds > 0 ? nanoseconds / 1e6 : undefined;
  if (typeof nanoseconds !== 'string' || !/^\d{1,20}$/.test(nanoseconds)) return undefined;
  const exact = BigInt(nanoseconds);
  return exact === 0n ? undefined : Number(exact / NANOSECONDS_PER_MS) + Number(exact % NANOSECONDS_PER_MS) / 1e6;
}
