import { boundedName } from '../../runtime/bounded-name.ts';

/** Stands for every further value. */
const OTHER = '_OTHER';

/** The first values of an attribute of metrics; `_OTHER` for further values: a series is kept for each value. */
export class BoundedValues {
  readonly #values = new Map<string, string>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The value for `text`. */
  value(text: string): string {
    const existing = this.#values.get(text);
    if (existing !== undefined) return existing;
    if (this.#values.size >= this.#most) return OTHER;
    const value = boundedName(text);
    // By the bounded text too: texts that differ behind the cut are one value.
    if (value !== text) return this.value(value);
    this.#values.set(text, value);
    return value;
  }
}
