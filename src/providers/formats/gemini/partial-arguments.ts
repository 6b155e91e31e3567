/**
 * Arguments of a function call, streamed as edits: `{jsonPath: '$.location.city', stringValue: 'Ro', willContinue: true}`
 * (Vertex AI, `streamFunctionCallArguments`).
 */
import { asObject, asString } from '../../reading/unknown-values.ts';

/** An array, or an object without a prototype: the path comes from outside and may be `__proto__`. */
type Node = Record<string | number, unknown>;

/** A step of a JSON path: `.name`, `[0]` or `['name']`. */
const STEP = /\.([^.[\]]+)|\[(\d{1,4})\]|\['([^']*)'\]|\["([^"]*)"\]/g;
const MAX_DEPTH = 32;
const VALUES = ['stringValue', 'numberValue', 'boolValue', 'nullValue'] as const;

/** Puts the arguments together, up to a number of characters. */
export class PartialArguments {
  readonly #root: Node = emptyNode(false);
  #left: number;
  /** True until the first edit. */
  empty = true;

  /** `chars`: most characters kept. */
  constructor(chars: number) {
    this.#left = chars;
  }

  /** The arguments so far. */
  get value(): unknown {
    return this.#root;
  }

  /** Applies one edit. A string is appended to the string at the same path. */
  apply(value: unknown): void {
    const edit = asObject(value);
    const path = asString(edit?.jsonPath);
    const kind = VALUES.find((name) => edit?.[name] !== undefined);
    if (edit === undefined || path === undefined || kind === undefined) return;
    const steps = stepsOf(path);
    const last = steps.pop();
    this.#left -= path.length;
    if (last === undefined || steps.length > MAX_DEPTH || this.#left < 0) return;
    let node = this.#root;
    for (const [i, step] of steps.entries()) {
      if (!isNode(node[step])) node[step] = emptyNode(typeof (steps[i + 1] ?? last) === 'number');
      node = node[step] as Node;
    }
    node[last] = kind === 'stringValue' ? this.#text(node[last], edit[kind]) : kind === 'nullValue' ? null : edit[kind];
    this.empty = false;
  }

  #text(before: unknown, delta: unknown): string {
    const kept = String(delta).slice(0, Math.max(0, this.#left));
    this.#left -= kept.length;
    return (typeof before === 'string' ? before : '') + kept;
  }
}

function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(STEP)].map(([, name, index, quoted, double]) =>
    index === undefined ? (name ?? quoted ?? double ?? '') : Number(index),
  );
}

function emptyNode(list: boolean): Node {
  return list ? ([] as unknown as Node) : (Object.create(null) as Node);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
