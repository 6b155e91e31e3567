import { boundedName } from '../../runtime/bounded-name.ts';

/** Most values of an attribute of metrics that names a model. */
const MAX_MODELS = 500;
const OTHER = '_OTHER';

/** The first 500 values of an attribute of metrics; `_OTHER` for further values: a series is kept for each value. */
export class ModelNames {
  readonly #names = new Map<string, string>();

  /** The value for `model`. */
  name(model: string): string {
    const existing = this.#names.get(model);
    if (existing !== undefined) return existing;
    if (this.#names.size >= MAX_MODELS) return OTHER;
    const name = boundedName(model);
    // By the bounded name too: models that differ behind the cut are one value.
    if (name !== model) return this.name(name);
    this.#names.set(model, name);
    return name;
  }
}
