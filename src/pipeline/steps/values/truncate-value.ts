/** Cuts values to a number of characters. A text that is JSON stays JSON. */
import { jsonOf } from './json-of.ts';

const ELLIPSIS = '...';
/** The shortest text of JSON that says that a part is missing. */
const SHORTEST = JSON.stringify(ELLIPSIS);
/** Deeper values are cut: the function calls itself for every level. */
const DEEPEST = 100;

/** `value` with texts of at most `max` characters; in lists each text by itself. */
export function truncateValue(value: unknown, max: number): unknown {
  if (typeof value === 'string') return truncateText(value, max);
  if (Array.isArray(value)) return value.map((item) => truncateValue(item, max));
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  return jsonOf(value).length <= max ? value : JSON.parse(truncateJson(value, max));
}

/** `text` with at most `max` characters, the last of which are `...` where something is missing. */
export function truncateText(text: string, max: number): string {
  if (text.length <= max) return text;
  const value = isLikeJson(text) ? parsed(text) : undefined;
  if (typeof value === 'object' && value !== null) return truncateJson(value, max);
  return max <= ELLIPSIS.length ? ELLIPSIS.slice(0, max) : wellCut(text, max - ELLIPSIS.length) + ELLIPSIS;
}

/** True if a text begins as a list or a map of JSON. */
export const isLikeJson = (text: string): boolean => /^\s{0,16}[[{]/.test(text);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first `length` characters, without half a character at the end. */
function wellCut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

/** JSON of the beginning of `value`, in at most `max` characters. The shortest JSON has two, or one for a number. */
function truncateJson(value: object, max: number): string {
  const fitted = shorten(value, max, 0);
  if (fitted !== undefined) return fitted.json;
  return max >= SHORTEST.length ? SHORTEST : max >= 2 ? '""' : '0';
}

/** JSON within a room; `isWhole`: nothing is missing. */
interface Fitted {
  readonly json: string;
  readonly isWhole: boolean;
}

const cut = (json: string): Fitted => ({ json, isWhole: false });

/** The beginning of `value` within `room` characters; undefined if not even a mark fits. */
function shorten(value: unknown, room: number, depth: number): Fitted | undefined {
  if (typeof value === 'string') return shortenText(value, room);
  if (typeof value !== 'object' || value === null) {
    const json = jsonOf(value);
    return json.length <= room ? { json, isWhole: true } : undefined;
  }
  if (room < 2) return undefined;
  if (depth > DEEPEST) return room >= SHORTEST.length ? cut(SHORTEST) : undefined;
  return Array.isArray(value) ? shortenList(value, room, depth) : shortenMap(value, room, depth);
}

function shortenText(text: string, room: number): Fitted | undefined {
  const json = JSON.stringify(text.length > room ? wellCut(text, room) : text);
  if (text.length <= room && json.length <= room) return { json, isWhole: true };
  if (room < SHORTEST.length) return undefined;
  // The text is cut as JSON has the text, not within an escape, and ends in a mark and a quote.
  let end = room - ELLIPSIS.length - 1;
  const partial = /\\(?:u[0-9a-f]{0,3})?$/.exec(json.slice(Math.max(0, end - 6), end));
  if (partial !== null && isEscape(json, end - partial[0].length)) end -= partial[0].length;
  return cut(`${wellCut(json, end)}${ELLIPSIS}"`);
}

/** True if the backslash at `at` begins an escape: an even number of backslashes stands before it. */
function isEscape(json: string, at: number): boolean {
  let before = 0;
  while (json[at - 1 - before] === '\\') before++;
  return before % 2 === 0;
}

function shortenList(list: readonly unknown[], room: number, depth: number): Fitted {
  let json = '[';
  for (const [index, item] of list.entries()) {
    const comma = index === 0 ? '' : ',';
    const left = room - json.length - comma.length - 1;
    // What follows needs room for a mark, unless the item is the last.
    const isLast = index === list.length - 1;
    const fitted = shorten(item, isLast ? left : left - SHORTEST.length - 1, depth + 1);
    if (fitted?.isWhole === true) {
      json += comma + fitted.json;
      continue;
    }
    const mark = fitted?.json ?? (left >= SHORTEST.length ? SHORTEST : undefined);
    return cut(`${mark === undefined ? json : json + comma + mark}]`);
  }
  return { json: `${json}]`, isWhole: true };
}

function shortenMap(map: object, room: number, depth: number): Fitted {
  let json = '{';
  for (const [key, value] of Object.entries(map)) {
    const name = `${json === '{' ? '' : ','}${JSON.stringify(key)}:`;
    const fitted = shorten(value, room - json.length - name.length - 1, depth + 1);
    if (fitted === undefined) return cut(`${json}}`);
    json += name + fitted.json;
    if (!fitted.isWhole) return cut(`${json}}`);
  }
  return { json: `${json}}`, isWhole: true };
}
