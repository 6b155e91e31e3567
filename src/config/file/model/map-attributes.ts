import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { PlainData } from '../text/document-node.ts';
import { parsePairs } from './pairs.ts';
import type { Section } from './section.ts';

const isTextList = (value: PlainData): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
const isNumberList = (value: PlainData, isGood: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'number' && isGood(item));

/** One row a type of attribute: whether a value is of the type, and the words for the type. */
const TYPES: Readonly<Record<string, readonly [fits: (value: PlainData) => boolean, words: string]>> = {
  string: [(value) => typeof value === 'string', 'a text in quotes'],
  bool: [(value) => typeof value === 'boolean', 'true or false'],
  int: [Number.isInteger, 'a whole number'],
  double: [(value) => typeof value === 'number', 'a number'],
  string_array: [isTextList, 'a list of texts'],
  bool_array: [
    (value) => Array.isArray(value) && value.every((item) => typeof item === 'boolean'),
    'a list of true and false',
  ],
  int_array: [(value) => isNumberList(value, Number.isInteger), 'a list of whole numbers'],
  double_array: [(value) => isNumberList(value, () => true), 'a list of numbers'],
};

/** Reads `attributes: [{name, value, type}]`. An entry whose value is null is left out, as the standard says. */
export function mapAttributes(entries: readonly Section[]): Attributes {
  const attributes: [string, AttributeValue][] = [];
  for (const entry of entries) {
    const name = entry.text('name') ?? '';
    const value = entry.data('value');
    if (value === undefined || value === null) continue;
    const type = entry.text('type');
    const [fits, words] = TYPES[type ?? ''] ?? [() => true, ''];
    if (name === '') entry.refuse('the name is empty; expected the name of an attribute', 'name');
    else if (fits(value)) attributes.push([name, value as AttributeValue]);
    else entry.refuse(`the value is not of the type ${type}; expected ${words}`, 'value');
  }
  return Object.fromEntries(attributes);
}

/** Reads `key=value,key=value` under `key`, values percent-encoded. An entry that cannot be read is a problem. */
export function mapPairs(section: Section, key: string): Record<string, string> {
  const { pairs, isBroken } = parsePairs(section.text(key) ?? '');
  if (isBroken) section.refuse('an entry cannot be read; expected key=value,key=value', key);
  return pairs;
}
