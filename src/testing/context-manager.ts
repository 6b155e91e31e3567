import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, type ContextManager, context, ROOT_CONTEXT } from '@opentelemetry/api';

/** A context manager for a process without a context manager: no span would have a parent. */
class MemoryContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    active: Context,
    fn: F,
    self?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    return this.#storage.run(active, () => fn.call(self as never, ...args));
  }

  bind<T>(active: Context, target: T): T {
    if (typeof target !== 'function') return target;
    const bound = (...args: unknown[]): unknown => this.#storage.run(active, () => target(...args) as unknown);
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

/**
 * Registers a context manager unless the process has a context manager. Returns a function that removes the new
 * manager.
 */
export function provideContext(): () => void {
  const manager = new MemoryContextManager();
  // Checked before, because the API logs an error for a second context manager.
  if (hasContextManager() || !context.setGlobalContextManager(manager)) return () => {};
  return () => {
    if (isActive(manager)) context.disable();
  };
}

const globals = globalThis as unknown as { [api: symbol]: { readonly context?: ContextManager } | undefined };
const API = Symbol.for('opentelemetry.js.api.1');

const hasContextManager = (): boolean => globals[API]?.context !== undefined;
const isActive = (manager: ContextManager): boolean => globals[API]?.context === manager;
