/** YAML of a Collector: a `$` in a text begins a variable there and is written twice. */

/** A text with variables of the Collector, such as `${env:NAME}`. */
export class VariableText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Plain data of a configuration; a key with `undefined` is left out. */
export type YamlValue = string | number | boolean | null | VariableText | readonly YamlValue[] | YamlMap;

/** A map of a configuration. */
export interface YamlMap {
  readonly [key: string]: YamlValue | undefined;
}

/** Characters that a YAML file must not have, or that end a line. */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]/;
const ALL_UNPRINTABLE = new RegExp(UNPRINTABLE.source, 'g');

/** A text in double quotes with escapes that YAML, Go and OTTL read alike. Half characters become U+FFFD. */
export function quotedText(text: string): string {
  const wellFormed = text.replaceAll(
    /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    '\ufffd',
  );
  return JSON.stringify(wellFormed).replaceAll(ALL_UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    return code >= 0xd800 && code <= 0xdfff ? character : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Words that YAML does not read as texts. */
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const PLAIN = /^(?:[A-Za-z_][\w./-]*|\d+ms)$/;

function scalarText(text: string): string {
  if (PLAIN.test(text) && !RESERVED.test(text)) return text;
  return UNPRINTABLE.test(text) ? quotedText(text) : `'${text.replaceAll("'", "''")}'`;
}

function scalar(value: YamlValue): string | undefined {
  if (value instanceof VariableText) return scalarText(value.text);
  if (typeof value === 'string') return scalarText(value.replaceAll('$', '$$$$'));
  return typeof value === 'object' && value !== null ? undefined : String(value);
}

/** Lines of YAML in block style. */
export function yamlOf(data: YamlMap, indent = ''): string[] {
  return Object.entries(data).flatMap(([key, value]) =>
    value === undefined ? [] : entryLines(`${indent}${scalarText(key)}:`, value, indent),
  );
}

function entryLines(head: string, value: YamlValue, indent: string): string[] {
  const text = scalar(value);
  if (text !== undefined) return [`${head} ${text}`];
  if (Array.isArray(value)) return listLines(head, value, indent);
  const lines = yamlOf(value as YamlMap, `${indent}  `);
  return lines.length === 0 ? [`${head} {}`] : [head, ...lines];
}

function listLines(head: string, list: readonly YamlValue[], indent: string): string[] {
  if (list.length === 0) return [`${head} []`];
  const names = list.map((item) => (typeof item === 'string' && PLAIN.test(item) ? scalar(item) : undefined));
  if (names.every((name) => name !== undefined)) return [`${head} [${names.join(', ')}]`];
  return [head, ...list.flatMap((item) => itemLines(item, `${indent}  `))];
}

function itemLines(item: YamlValue, indent: string): string[] {
  const text = scalar(item);
  if (text !== undefined) return [`${indent}- ${text}`];
  const [first = '{}', ...rest] = yamlOf(item as YamlMap, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}
