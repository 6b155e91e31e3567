import { isAlias, isMap, isScalar, isSeq, LineCounter, type Pair, type ParsedNode, parseDocument } from 'yaml';
import { coreSchemaValue } from './core-schema.ts';
import type { DocumentNode, MapEntry, Place, ScalarNode } from './document-node.ts';
import { isNestedTooDeep, MOST_LEVELS } from './nesting.ts';
import { substitute } from './substitute.ts';
import { YAML_PROBLEMS } from './yaml-problems.ts';

/** Most values of a file, with aliases followed: an alias of aliases grows without end. */
const MOST_VALUES = 20_000;

/** A fault of the text. */
export interface TextProblem extends Place {
  readonly message: string;
}

/** The values of a text, or faults. */
export interface ParsedText {
  readonly root: DocumentNode | undefined;
  readonly problems: readonly TextProblem[];
}

const START: Place = { line: 1, column: 1 };

/** Parses YAML 1.2, of which JSON is a part, and puts variables into the values. Never throws. */
export function parseConfigText(text: string, env: Readonly<Record<string, string | undefined>>): ParsedText {
  const lines = new LineCounter();
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const deep: ParsedText = {
    root: undefined,
    problems: [{ ...START, message: `values are nested too deep; expected at most ${MOST_LEVELS} levels` }],
  };
  if (isNestedTooDeep(text)) return deep;
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
      logLevel: 'error', // a silent parser takes the first of several documents
      lineCounter: lines,
      // The parser compares each key with all keys before it: minutes for a large map.
      uniqueKeys: false,
    });
    const faults = [...document.errors, ...document.warnings].map(
      ({ code, pos }): TextProblem => ({
        ...placeOf(pos[0]),
        message: YAML_PROBLEMS[code] ?? 'the text cannot be read; expected YAML or JSON',
      }),
    );
    if (faults.length > 0) return { root: undefined, problems: faults };
    const { contents } = document;
    if (contents === null) return { root: undefined, problems: [{ ...START, message: EMPTY }] };
    const reader = new NodeReader(placeOf, env);
    const root = reader.read(contents, 0);
    return { root, problems: reader.problems };
  } catch {
    return deep; // the parser calls itself for every level, and a stack has an end
  }
}

const EMPTY = 'the file is empty; expected a map with file_format';

/** Turns the parser's nodes into nodes with places and variables. */
class NodeReader {
  readonly problems: TextProblem[] = [];
  readonly #placeOf: (offset: number) => Place;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #anchors = new Map<string, ParsedNode>();
  #values = 0;

  constructor(placeOf: (offset: number) => Place, env: Readonly<Record<string, string | undefined>>) {
    this.#placeOf = placeOf;
    this.#env = env;
  }

  /** The value of `node`, with aliases followed. */
  read(node: ParsedNode | null, level: number): DocumentNode {
    const place = node === null ? START : this.#placeOf(node.range[0]);
    if (++this.#values > MOST_VALUES || level > MOST_LEVELS) return this.#tooMany(place);
    if (node === null) return { ...place, kind: 'scalar', value: null, variables: [] };
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      return target === undefined
        ? this.#refuse(place, 'the alias has no anchor before it; expected &anchor above *alias')
        : { ...this.read(target, level + 1), ...place };
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item as ParsedNode, level + 1));
      return { ...place, kind: 'list', items };
    }
    if (isMap(node)) {
      const pairs = node.items as Pair<ParsedNode, ParsedNode | null>[];
      const entries = pairs.map((pair) => this.#entry(pair, level));
      const keys = new Set<string>();
      for (const { key, place: at } of entries) {
        if (keys.has(key)) this.#refuse(at, 'the key stands twice in one map; expected each key once');
        keys.add(key);
      }
      return { ...place, kind: 'map', entries };
    }
    return this.#scalar(node, place);
  }

  #entry({ key, value }: Pair<ParsedNode, ParsedNode | null>, level: number): MapEntry {
    const place = this.#placeOf(key.range[0]);
    if (!isScalar(key)) this.#refuse(place, 'the key is no text; expected a name');
    const name = isScalar(key) ? (typeof key.value === 'string' ? key.value : String(key.source ?? key.value)) : '';
    if (name === '<<') this.#refuse(place, 'merge keys are not part of YAML 1.2; expected the keys themselves');
    const node = value === null ? { ...place, kind: 'scalar' as const, value: null, variables: [] } : undefined;
    return { key: name, place, node: node ?? this.read(value, level + 1) };
  }

  #scalar(node: ParsedNode, place: Place): ScalarNode {
    const { value, type, source } = node as { value?: unknown; type?: string; source?: string };
    const isPlain = type === 'PLAIN';
    const text = isPlain ? (source ?? '') : String(value);
    const { text: substituted, variables, isBroken } = substitute(text, this.#env);
    if (isBroken)
      return this.#refuse(place, `a variable cannot be read; expected \${NAME}, \${env:NAME} or \${NAME:-default}`);
    return { ...place, kind: 'scalar', value: isPlain ? coreSchemaValue(substituted) : substituted, variables };
  }

  #tooMany(place: Place): ScalarNode {
    if (this.problems.length > 0) return { ...place, kind: 'scalar', value: null, variables: [] };
    return this.#refuse(place, `there are too many values; expected at most ${MOST_VALUES}, aliases followed`);
  }

  #refuse(place: Place, message: string): ScalarNode {
    this.problems.push({ ...place, message });
    return { ...place, kind: 'scalar', value: null, variables: [] };
  }
}
