/** A value of the printed configuration. */
export type EntryValue = string | number | boolean | null | JsonText | EntryList | EntryItems;

/** A map of the printed configuration. */
export type EntryList = readonly Entry[];

/** A list of the printed configuration: each item is a map. */
export interface EntryItems {
  readonly items: readonly EntryList[];
}

/** A key of the printed configuration, its value and the source of the value. */
export interface Entry {
  readonly key: string;
  readonly value: EntryValue;
  /** A variable, `file:line` or `default`; undefined for maps and lists. */
  readonly from?: string | undefined;
}

/** A key with a value and the source of the value. */
export const entry = (key: string, value: EntryValue, from?: string): Entry => ({ key, value, from });

/** Data in the place of a value: one line of JSON, which is YAML too. */
export class JsonText {
  readonly text: string;

  constructor(data: unknown) {
    this.text = JSON.stringify(data);
  }
}

/** Writes entries as YAML, one line a value. */
export function yamlLines(entries: EntryList, indent = ''): string[] {
  return entries.flatMap(({ key, value, from }) => {
    const name = `${indent}${scalarText(key)}:`;
    const source = from === undefined ? '' : ` # from ${from}`;
    if (value instanceof JsonText) return [`${name} ${value.text}${source}`];
    if (isList(value))
      return value.length === 0 ? [`${name} {}${source}`] : [`${name}${source}`, ...yamlLines(value, `${indent}  `)];
    if (isItems(value)) return itemLines(name, value, source, indent);
    return [`${name} ${typeof value === 'string' ? JSON.stringify(value) : String(value)}${source}`];
  });
}

function itemLines(name: string, { items }: EntryItems, source: string, indent: string): string[] {
  if (items.length === 0) return [`${name} []${source}`];
  const lines = items.flatMap((item) => {
    const [first = '', ...rest] = yamlLines(item, `${indent}    `);
    return [`${indent}  - ${first.trimStart()}`, ...rest];
  });
  return [`${name}${source}`, ...lines];
}

const isList = (value: EntryValue): value is EntryList => Array.isArray(value);
const isItems = (value: EntryValue): value is EntryItems =>
  typeof value === 'object' && value !== null && 'items' in value;

const scalarText = (text: string): string => (/^[a-z_][\w./-]*$/i.test(text) ? text : JSON.stringify(text));
