/**
 * A variable in the scope of a module. `get` and `set` throw if the module has no such variable; `set` also throws for
 * a constant.
 */
export interface Binding {
  get(): unknown;
  set(value: unknown): void;
}

/**
 * Variables of a module, by the names of `WatchedFiles.bindings`. Only code inside a module can replace a function that
 * the module declares.
 */
export type Bindings = Readonly<Record<string, Binding>>;
