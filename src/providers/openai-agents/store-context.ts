import type { Context } from '@opentelemetry/api';

/** A place in one of our traces: the context inside a span or trace of the framework. */
export interface StorePlace {
  /** Id of the framework's span or trace. */
  readonly owner: string;
  readonly context: Context;
}

/** Key of the owner of the place in which a context was made. */
export const OWNER = Symbol.for('@x/llm-otel.openai-agents.owner');

/**
 * The context of a function that the framework runs with a store. The framework changes the span in the store while the
 * function runs, so every access looks up the current place. A context made inside the same place is further in, and is
 * used instead: spans of the application stay parents.
 */
export class StoreContext implements Context {
  readonly #base: Context;
  readonly #find: () => StorePlace | undefined;

  constructor(base: Context, find: () => StorePlace | undefined) {
    this.#base = base;
    this.#find = find;
  }

  getValue(key: symbol): unknown {
    return this.#current().getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return this.#current().setValue(key, value);
  }

  deleteValue(key: symbol): Context {
    return this.#current().deleteValue(key);
  }

  #current(): Context {
    return innermost(this.#find(), this.#base);
  }
}

/** `context` if `context` was made inside `place`, else the context of `place`. */
export function innermost(place: StorePlace | undefined, context: Context): Context {
  return place === undefined || context.getValue(OWNER) === place.owner ? context : place.context;
}
