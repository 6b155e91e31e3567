import { configKey } from '../config-key.ts';
import { definitionOf, type RootSchema, type Schema } from '../schema/schema.ts';
import type { DocumentNode, MapEntry, ScalarValue } from '../text/document-node.ts';

/** Options have no place in a text. */
const PLACE = { line: 1, column: 1 } as const;
/** Deeper options are a circle. */
const DEEPEST = 50;

/** A value as a single node, whatever the value is: options of the user that go through as they are. */
export const opaqueNode = (value: unknown): DocumentNode => ({
  ...PLACE,
  kind: 'scalar',
  value: value as ScalarValue,
  variables: [],
});

/** An option as a document. Keys without a value are left out. Throws a TypeError at what a file could not hold. */
export function documentOf(value: unknown, depth = 0): DocumentNode {
  if (depth > DEEPEST) throw new TypeError('the options are too deep; expected plain data without circles');
  if (Array.isArray(value))
    return { ...PLACE, kind: 'list', items: value.map((item: unknown) => documentOf(item, depth + 1)) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, one]) => one !== undefined)
      .map(([key, one]): MapEntry => ({ key, place: PLACE, node: documentOf(one, depth + 1) }));
    return { ...PLACE, kind: 'map', entries };
  }
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return opaqueNode(value);
  throw new TypeError(`a ${typeof value} cannot be used; expected texts, numbers, true, false, lists and objects`);
}

/** The document as a file would have the document: keys of the schema in snake_case, headers as a list. */
export function asInFile(node: DocumentNode, schema: Schema, root: RootSchema): DocumentNode {
  const definition = definitionOf(root, schema);
  const shapes = [definition, ...(definition.oneOf ?? []).map((one) => definitionOf(root, one))];
  if (node.kind === 'list') {
    const items = shapes.find((shape) => shape.items !== undefined)?.items ?? {};
    return { ...node, items: node.items.map((item) => asInFile(item, items, root)) };
  }
  if (node.kind === 'scalar') return node;
  const isChoice = definition.maxProperties === 1;
  return {
    ...node,
    entries: node.entries.map((entry) => {
      const known = shapes.find(({ properties = {} }) => Object.hasOwn(properties, entry.key))?.properties?.[entry.key];
      const free = shapes.find(({ additionalProperties }) => typeof additionalProperties === 'object');
      const below = known ?? (free?.additionalProperties as Schema | undefined) ?? {};
      const child = asInFile(entry.node, below, root);
      if (known === undefined || isChoice) return { ...entry, node: child };
      return { ...entry, key: configKey(entry.key), node: entry.key === 'headers' ? asPairs(child) : child };
    }),
  };
}

/** `[{ name, value }]` of an object. */
function asPairs(node: DocumentNode): DocumentNode {
  if (node.kind !== 'map') return node;
  const items = node.entries.map(
    ({ key, node: value }): DocumentNode => ({
      ...PLACE,
      kind: 'map',
      entries: [
        { key: 'name', place: PLACE, node: opaqueNode(key) },
        { key: 'value', place: PLACE, node: value },
      ],
    }),
  );
  return { ...PLACE, kind: 'list', items };
}
