/**
 * Arguments of a function call that come as edits: `{jsonPath: '$.location.city', stringValue: 'Ro', willContinue: true}`
 * (Vertex AI, `streamFunctionCallArguments`).
 */
import { obj, str } from '../read.ts';

type Node = { [key: string]: unknown };

/** A step of a JSON path: `.name`, `[0]` or `['name']`. */
const STEP = /\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g;
const MAX_DEPTH = 32;
const VALUES = ['stringValue', 'numberValue', 'boolValue', 'nullValue'] as const;

/** Puts the arguments together, up to as many characters as can be recorded. */
export class PartialArguments {
  readonly #root: Node = Object.create(null);
  #left: number;
  empty = true;

  /** `chars`: most characters kept. */
  constructor(chars: number) {
    this.#left = chars;
  }

  /** The arguments so far. */
  get value(): unknown {
    return this.#root;
  }

  /** Makes one edit. A string continues the one that is there. */
  apply(value: unknown): void {
    const edit = obj(value);
    const path = str(edit?.jsonPath);
    const kind = VALUES.find((name) => edit?.[name] !== undefined);
    if (edit === undefined || path === undefined || kind === undefined) return;
    const steps = [...path.matchAll(STEP)].map((match) => match.slice(1).find((step) => step !== undefined) ?? '');
    const last = steps.pop();
    if (last === undefined || steps.length > MAX_DEPTH) return;
    this.#left -= path.length;
    if (this.#left < 0) return;
    let node = this.#root;
    for (const step of steps) {
      const next = obj(node[step]) ?? (Object.create(null) as Node);
      node[step] = next;
      node = next;
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
