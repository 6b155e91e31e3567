/** Where a value stands in the text. Lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A value of YAML's core schema. */
export type ScalarValue = string | number | boolean | null;

/** A single value. */
export interface ScalarNode extends Place {
  readonly kind: 'scalar';
  readonly value: ScalarValue;
  /** Names of the variables in the text of the value. */
  readonly variables: readonly string[];
}

/** A list. */
export interface ListNode extends Place {
  readonly kind: 'list';
  readonly items: readonly DocumentNode[];
}

/** One key of a map with its value. */
export interface MapEntry {
  readonly key: string;
  /** Place of the key. */
  readonly place: Place;
  readonly node: DocumentNode;
}

/** A map. */
export interface MapNode extends Place {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

/** A value of a configuration file with its place in the text. */
export type DocumentNode = ScalarNode | ListNode | MapNode;

/** Data without places. */
export type PlainData = ScalarValue | readonly PlainData[] | { readonly [key: string]: PlainData };

/** The entry of `key`; undefined for nodes that are no map. */
export function entryOf(node: DocumentNode | undefined, key: string): MapEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** The value of a node without places. */
export function plainDataOf(node: DocumentNode): PlainData {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainDataOf);
  return Object.fromEntries(node.entries.map(({ key, node: child }) => [key, plainDataOf(child)]));
}
