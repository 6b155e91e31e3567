/** Changes texts within values: attributes, lists, maps, and the strings of JSON one by one. */
import { secretFieldKind } from '../../../redaction/labelled-secrets.ts';
import { isRecord } from '../draft/draft.ts';
import { isLikeJson } from '../values/truncate-value.ts';

/** How texts are changed. */
export interface TextChange {
  /** A text; the same text if nothing changes. */
  readonly text: (text: string) => string;
  /** The text of a field with the name of a secret. */
  readonly secret: (kind: 'api_key' | 'bearer_token', text: string) => string;
  /** Whether fields with the name of a secret of this kind are changed. */
  readonly hidesSecret: (kind: 'api_key' | 'bearer_token') => boolean;
}

/** JSON in a string of JSON, such as the arguments of a tool, is followed so deep. */
const DEEPEST = 8;
/** Numbers with fewer digits are no card numbers. */
const LEAST_NUMBER = 1e12;

/** A value with changed texts; the same value if nothing changes. `name` is the key of the value. */
export function redactValue(value: unknown, name: string, change: TextChange, depth = 0): unknown {
  if (typeof value === 'string') return redactField(value, name, change, depth);
  if (typeof value === 'number') return redactNumber(value, change);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  // Nobody reads values that are nested deeper, and a value may be a circle.
  if (depth > 100) return '[nested too deeply]';
  if (Array.isArray(value)) return redactList(value, name, change, depth);
  return isRecord(value) ? redactMap(value, change, depth) : value;
}

function redactList(list: readonly unknown[], name: string, change: TextChange, depth: number): readonly unknown[] {
  const changed = list.map((item) => redactValue(item, name, change, depth + 1));
  return changed.some((item, index) => item !== list[index]) ? changed : list;
}

function redactMap(map: Record<string, unknown>, change: TextChange, depth: number): Record<string, unknown> {
  const entries = Object.entries(map);
  const changed = entries.map(
    ([key, value]) => [change.text(key), redactValue(value, key, change, depth + 1)] as const,
  );
  const isChanged = changed.some(([key, value], index) => key !== entries[index]?.[0] || value !== entries[index]?.[1]);
  return isChanged ? Object.fromEntries(changed) : map;
}

function redactNumber(value: number, change: TextChange): number | string {
  if (!Number.isSafeInteger(value) || value < LEAST_NUMBER) return value;
  const text = String(value);
  const changed = change.text(text);
  return changed === text ? value : changed;
}

/** The text of the field `name`. The last part of a dotted name may be the name of a secret. */
function redactField(text: string, name: string, change: TextChange, depth: number): string {
  const kind = secretFieldKind(name.slice(name.lastIndexOf('.') + 1));
  if (kind !== undefined && text !== '' && change.hidesSecret(kind)) return change.secret(kind, text);
  return redactString(text, change, depth);
}

/** A text that may be JSON. */
function redactString(text: string, change: TextChange, depth: number): string {
  return depth < DEEPEST && isLikeJson(text) && isJson(text) ? redactJson(text, change, depth) : change.text(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A string of JSON with the colon of a key, or a number that may be the number of a card. */
const TOKEN = /"((?:[^"\\]|\\.)*)"(\s*:)?|(?<![\w.+-])\d{13,19}(?![\w.+-])/g;

/**
 * JSON with changed strings. Everything between the strings stays as it is written: large numbers, order, spaces. A number that
 * is redacted becomes a string.
 */
function redactJson(json: string, change: TextChange, depth: number): string {
  let key = '';
  return json.replace(TOKEN, (token: string, inner: string | undefined, colon: string | undefined) => {
    if (inner === undefined) {
      const changed = change.text(token);
      return changed === token ? token : JSON.stringify(changed);
    }
    const text = inner.includes('\\') ? (JSON.parse(`"${inner}"`) as string) : inner;
    if (colon !== undefined) key = text;
    const changed = colon === undefined ? redactField(text, key, change, depth + 1) : change.text(text);
    return changed === text ? token : JSON.stringify(changed) + (colon ?? '');
  });
}
