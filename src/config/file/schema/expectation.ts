import type { DocumentNode } from '../text/document-node.ts';
import { definitionOf, type RootSchema, type Schema, type SchemaType, typesOf } from './schema.ts';

const TYPE_WORDS = {
  object: 'a map',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
} as const satisfies Record<SchemaType, string>;

/** Words with commas and a last "or". */
export function joinWords(words: readonly string[]): string {
  const [last = '', ...before] = [...new Set(words)].reverse();
  return before.length === 0 ? last : `${before.reverse().join(', ')} or ${last}`;
}

/** What a schema allows, in words. */
export function expectationOf(root: RootSchema, schema: Schema): string {
  const { oneOf, enum: words, pattern } = schema;
  if (oneOf !== undefined)
    return joinWords(oneOf.map((alternative) => expectationOf(root, definitionOf(root, alternative))));
  const types = typesOf(schema).filter((type) => type !== 'null');
  if (words !== undefined) return `one of ${words.filter((word) => word !== null).join(', ')}`;
  if (pattern !== undefined) return `a text like ${pattern}`;
  const range = rangeOf(schema);
  return joinWords(types.map((type) => `${TYPE_WORDS[type]}${isNumeric(type) ? range : ''}`)) || 'a value';
}

const isNumeric = (type: SchemaType): boolean => type === 'number' || type === 'integer';

function rangeOf({ minimum, maximum, exclusiveMinimum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  if (maximum !== undefined) return ` of at most ${maximum}`;
  return exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum}`;
}

/** What a value is, in words; the value itself may be a secret and stays out. */
export function kindOfNode(node: DocumentNode): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'null';
  return typeof node.value === 'boolean' ? 'true or false' : TYPE_WORDS[typeof node.value as 'string' | 'number'];
}

/** Whether a value is of a type. */
export function isOfType(node: DocumentNode, type: SchemaType): boolean {
  if (node.kind === 'map') return type === 'object';
  if (node.kind === 'list') return type === 'array';
  const { value } = node;
  if (value === null) return type === 'null';
  if (type === 'integer') return Number.isInteger(value);
  return type === typeof value && (type !== 'number' || Number.isFinite(value));
}
