/** A name in the scope of a module; `get` and `set` throw if there is none or it is constant. */
export interface Binding {
  get(): unknown;
  set(value: unknown): void;
}

/** The names of {@link Watched.bindings}. A function that is declared in a module can be replaced from inside of it alone. */
export type Bindings = Readonly<Record<string, Binding>>;
