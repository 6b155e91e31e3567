import type { Env } from '../../env.ts';
import { pointerStep } from '../problem.ts';
import type { PlacedProblem } from '../schema/check-document.ts';
import {
  type DocumentNode,
  entryOf,
  type MapEntry,
  type PlainData,
  plainDataOf,
  type ScalarValue,
} from '../text/document-node.ts';

/** What all sections of one file share while the file becomes settings. */
export interface FileContext {
  /** Folder of the file: relative paths begin here. */
  readonly folder: string;
  readonly env: Env;
  /** Problems that the schema cannot see. */
  readonly problems: PlacedProblem[];
  readonly warnings: PlacedProblem[];
}

/**
 * A map of the file, or of a key that the file does not have. The schema has been checked: a value is of the right type,
 * null or absent, and null counts as absent.
 */
export class Section {
  readonly pointer: string;
  readonly node: DocumentNode | undefined;
  readonly context: FileContext;

  constructor(node: DocumentNode | undefined, pointer: string, context: FileContext) {
    this.node = node;
    this.pointer = pointer;
    this.context = context;
  }

  /** The key with its place and its value. */
  entry(key: string): MapEntry | undefined {
    return entryOf(this.node, key);
  }

  /** Whether the key has a value, null included. */
  has(key: string): boolean {
    return entryOf(this.node, key) !== undefined;
  }

  /** Whether the key is there and says null. */
  isNull(key: string): boolean {
    const entry = entryOf(this.node, key);
    return entry?.node.kind === 'scalar' && entry.node.value === null;
  }

  /** Whether the key has a value other than null. */
  isSet(key: string): boolean {
    return this.has(key) && !this.isNull(key);
  }

  /** Names of the keys. */
  keys(): string[] {
    return this.node?.kind === 'map' ? this.node.entries.map(({ key }) => key) : [];
  }

  /** The section below `key`. */
  child(key: string): Section {
    return new Section(entryOf(this.node, key)?.node, this.pointer + pointerStep(key), this.context);
  }

  /** The sections of a list. */
  list(key: string): Section[] {
    const { node, pointer } = this.child(key);
    if (node?.kind !== 'list') return [];
    return node.items.map((item, index) => new Section(item, pointer + pointerStep(index), this.context));
  }

  /** The one key of a map with one key, and the section below the key. */
  only(): readonly [name: string, section: Section] {
    const [name = ''] = this.keys();
    return [name, this.child(name)];
  }

  /** A text; undefined if absent or null. */
  text(key: string): string | undefined {
    const value = this.#value(key);
    return typeof value === 'string' ? value : undefined;
  }

  /** A number; `fallback` if absent or null. */
  number<Fallback>(key: string, fallback: Fallback): number | Fallback {
    const value = this.#value(key);
    return typeof value === 'number' ? value : fallback;
  }

  /** True or false; `fallback` if absent or null. */
  flag<Fallback>(key: string, fallback: Fallback): boolean | Fallback {
    const value = this.#value(key);
    return typeof value === 'boolean' ? value : fallback;
  }

  /** A word of a list that the schema has checked. */
  word<Word extends string>(key: string): Word | undefined {
    return this.text(key) as Word | undefined;
  }

  /** Texts of a list; undefined if absent. */
  texts(key: string): readonly string[] | undefined {
    const { node } = this.child(key);
    if (node?.kind !== 'list') return undefined;
    return node.items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : []));
  }

  /** The value of a key as plain data. */
  data(key: string): PlainData | undefined {
    const { node } = this.child(key);
    return node === undefined ? undefined : plainDataOf(node);
  }

  /** The whole section as plain data. */
  plain(): PlainData | undefined {
    return this.node === undefined ? undefined : plainDataOf(this.node);
  }

  /** Adds a problem at a key, or at the section itself. */
  refuse(message: string, key?: string): void {
    this.context.problems.push(this.#at(message, key));
  }

  /** Adds a warning at a key, or at the section itself. */
  warn(message: string, key?: string): void {
    this.context.warnings.push(this.#at(message, key));
  }

  #at(message: string, key: string | undefined): PlacedProblem {
    const entry = key === undefined ? undefined : entryOf(this.node, key);
    const { line, column } = entry?.node ?? this.node ?? { line: 1, column: 1 };
    return {
      line,
      column,
      pointer: entry === undefined ? this.pointer : this.pointer + pointerStep(entry.key),
      message,
    };
  }

  #value(key: string): ScalarValue | undefined {
    const { node } = this.child(key);
    return node?.kind === 'scalar' ? node.value : undefined;
  }
}

/** `value` under `key`, or nothing if there is no value: for optional fields. */
export const optional = <Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [K in Key]?: Value } => (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };
