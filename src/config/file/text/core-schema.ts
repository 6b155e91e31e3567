import type { ScalarValue } from './document-node.ts';

/** Texts without quotes and their values by YAML's core schema: https://yaml.org/spec/1.2.2/#103-core-schema. */
const ROWS: readonly (readonly [pattern: RegExp, read: (text: string) => ScalarValue])[] = [
  [/^(?:null|Null|NULL|~|)$/, () => null],
  [/^(?:true|True|TRUE)$/, () => true],
  [/^(?:false|False|FALSE)$/, () => false],
  [/^[-+]?\d+$/, Number],
  [/^0o[0-7]+$/, Number],
  [/^0x[\da-fA-F]+$/, Number],
  [/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/, Number],
  [/^\+?\.(?:inf|Inf|INF)$/, () => Number.POSITIVE_INFINITY],
  [/^-\.(?:inf|Inf|INF)$/, () => Number.NEGATIVE_INFINITY],
  [/^\.(?:nan|NaN|NAN)$/, () => Number.NaN],
];

/** The value of a text that stands without quotes. */
export function coreSchemaValue(text: string): ScalarValue {
  const row = ROWS.find(([pattern]) => pattern.test(text));
  return row === undefined ? text : row[1](text);
}
