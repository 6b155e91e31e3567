import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, context, ROOT_CONTEXT } from '@opentelemetry/api';

/** The context manager of a process that has none: without one no span has a parent. */
class MemoryContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    of: Context,
    fn: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(of, () => fn.call(self as never, ...args));
  }

  bind<T>(of: Context, target: T): T {
    if (typeof target !== 'function') return target;
    const bound = (...args: unknown[]): unknown => this.#storage.run(of, () => target(...args) as unknown);
    return bound as T;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}

/** Registers a context manager if there is none. Returns what takes it away again. */
export function provideContext(): () => void {
  const manager = new MemoryContextManager();
  // `false` if there is one; the API would complain of the attempt.
  if (hasContextManager() || !context.setGlobalContextManager(manager)) return () => {};
  return () => {
    if (isActive(manager)) context.disable();
  };
}

const scope = globalThis as unknown as { [api: symbol]: { readonly context?: ContextManager } | undefined };
const API = Symbol.for('opentelemetry.js.api.1');

const hasContextManager = (): boolean => scope[API]?.context !== undefined;
const isActive = (manager: ContextManager): boolean => scope[API]?.context === manager;
