import type { Context } from '@opentelemetry/api';

/** A place in one of our traces. */
export interface StorePlace {
  /** Of whom: the id of the framework's span or trace. */
  readonly owner: string;
  readonly context: Context;
}

/** Says in a context whose place it is in. */
export const OWNER = Symbol.for('@x/llm-otel.openai-agents.owner');

/**
 * The context of a function that the framework runs with a store of its own. The framework changes the span in the store
 * while the function runs, so what is active is looked up each time. A context that was made inside of the same place is
 * further in: spans of the application stay parents.
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

/** `context` if it is inside of `place`, else the place itself. */
export function innermost(place: StorePlace | undefined, context: Context): Context {
  return place === undefined || context.getValue(OWNER) === place.owner ? context : place.context;
}
