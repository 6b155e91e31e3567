import type { ConfigPlace } from '../../../config/config-place.ts';
import { kindOfValue, mapOf } from '../../match/kind-of-value.ts';
import type { AttributeRecord } from '../draft/draft.ts';

const PLAIN: ReadonlySet<string> = new Set(['string', 'number', 'boolean']);

/** True for a value that an attribute may have: a text, a number, true or false, or a list of one of the three kinds. */
export function isAttributeValue(value: unknown): boolean {
  if (!Array.isArray(value)) return PLAIN.has(typeof value);
  const kinds = new Set(value.map((item) => typeof item));
  return kinds.size <= 1 && [...kinds].every((kind) => PLAIN.has(kind));
}

/** Reads attributes that a configuration sets. */
export function readAttributes(option: unknown, where: ConfigPlace): AttributeRecord {
  const map = mapOf(option);
  if (map === undefined) where.refuse(`it is ${kindOfValue(option)}; expected a map of attributes`);
  const entries = Object.entries(map ?? {});
  for (const [key, value] of entries)
    if (!isAttributeValue(value))
      where
        .at(key)
        .refuse(`it is ${kindOfValue(value)}; expected a text, a number, true or false, or a list of one of these`);
  return Object.fromEntries(entries);
}
