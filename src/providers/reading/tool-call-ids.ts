import { asObject, asString } from './unknown-values.ts';

/** The ids in field `key` of `items`. `undefined` if no item has an id, so that most answers allocate nothing. */
export function idsOf(items: unknown, key: 'id' | 'call_id', type?: string): string[] | undefined {
  if (!Array.isArray(items)) return undefined;
  let ids: string[] | undefined;
  for (let i = 0; i < items.length; i++) {
    const fields = asObject(items[i]);
    const id = type === undefined || fields?.type === type ? asString(fields?.[key]) : undefined;
    if (id === undefined) continue;
    ids ??= [];
    ids.push(id);
  }
  return ids;
}

/** Both lists as one. */
export function concatenated(a: string[] | undefined, b: string[] | undefined): string[] | undefined {
  return a === undefined ? b : b === undefined ? a : [...a, ...b];
}
