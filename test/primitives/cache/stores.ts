import type { CacheStore } from '../../../src/primitives/cache/cache-options.ts';

/** A promise with its ends. */
export function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(error: unknown): void } {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onResult, onError) => {
    resolve = onResult;
    reject = onError;
  });
  return { promise, resolve, reject };
}

/** A store of an application, which answers after `delayMs`. */
export function mapStore({ delayMs = 0 } = {}): Required<CacheStore> & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  const pause = () => new Promise((resolve) => setTimeout(resolve, delayMs));
  return {
    entries,
    get: async (key) => {
      await pause();
      return entries.get(key);
    },
    set: async (key, value) => {
      await pause();
      entries.set(key, value);
    },
    delete: async (key) => {
      await pause();
      entries.delete(key);
    },
    setIfAbsent: async (key, value) => {
      await pause();
      if (entries.has(key)) return false;
      entries.set(key, value);
      return true;
    },
    deleteIfEqual: async (key, value) => {
      await pause();
      if (entries.get(key) === value) entries.delete(key);
    },
  };
}
