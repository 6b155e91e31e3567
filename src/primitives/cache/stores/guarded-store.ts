import { errorName } from '../../../runtime/error-name.ts';
import { warnOnce } from '../../../runtime/log.ts';
import type { CacheStore } from '../cache-options.ts';
import { MemoryStore } from './memory-store.ts';

/** `llm_otel.cache.store.operation` */
export type StoreOperation = 'get' | 'set' | 'delete' | 'lock';

/** Limits of a {@link GuardedStore}, and the listener for its errors. */
export interface StoreGuard {
  readonly timeoutMs: number;
  /** Failures in a row after which the store is left alone. */
  readonly failures: number;
  readonly cooldownMs: number;
  now(): number;
  /** Hears each failure; `errorType` is `timeout` or the class of the error. */
  onError(operation: StoreOperation, errorType: string): void;
}

/** The answer of the store has not come in time, or was an error, or the store is left alone. */
export const NO_ANSWER = Symbol('no answer of the store');

/** The result of an operation of a store. */
export type StoreAnswer<T> = T | typeof NO_ANSWER;

/**
 * A store that never throws and never makes a call wait longer than `timeoutMs`. Every client of Redis waits without an end
 * for a server that is silent: the limit and the breaker are made here.
 */
export class GuardedStore {
  readonly #store: CacheStore;
  readonly #guard: StoreGuard;
  readonly #memory: MemoryStore | undefined;
  #failuresInRow = 0;
  #leftAloneUntil: number | undefined;
  #isProbing = false;
  /** Ends of the operations that wait: none of them waits on, once the store is left alone. */
  readonly #waiting = new Set<() => void>();

  constructor(store: CacheStore, guard: StoreGuard) {
    this.#store = store;
    this.#guard = guard;
    this.#memory = store instanceof MemoryStore ? store : undefined;
  }

  /** Do entries stay in the memory of the process? */
  get isMemory(): boolean {
    return this.#memory !== undefined;
  }

  /** Has the store the operations of a lock? */
  get canLock(): boolean {
    return typeof this.#store.setIfAbsent === 'function' && typeof this.#store.deleteIfEqual === 'function';
  }

  /** The text at `key`. A promise for every store but the memory: a promise takes time. */
  get(key: string): StoreAnswer<unknown> | Promise<StoreAnswer<unknown>> {
    return this.#memory === undefined ? this.#run('get', () => this.#store.get(key)) : this.#memory.read(key);
  }

  set(key: string, value: string, ttlMs: number): Promise<StoreAnswer<unknown>> {
    return this.#run('set', () => this.#store.set(key, value, ttlMs));
  }

  delete(key: string): Promise<StoreAnswer<unknown>> {
    return this.#run('delete', () => this.#store.delete(key));
  }

  /** Takes the lock `key` with `token`: true if the lock was free. */
  lock(key: string, token: string, ttlMs: number): Promise<StoreAnswer<unknown>> {
    return this.#run('lock', () => this.#store.setIfAbsent?.(key, token, ttlMs));
  }

  /** Releases the lock `key`, if `token` still holds the lock. */
  unlock(key: string, token: string): Promise<StoreAnswer<unknown>> {
    return this.#run('lock', () => this.#store.deleteIfEqual?.(key, token));
  }

  #run(operation: StoreOperation, call: () => unknown): Promise<StoreAnswer<unknown>> {
    if (!this.#mayCall()) return Promise.resolve(NO_ANSWER);
    return new Promise((resolve) => {
      const settle = (answer: StoreAnswer<unknown>): boolean => {
        if (!this.#waiting.delete(giveUp)) return false;
        clearTimeout(timer);
        resolve(answer);
        return true;
      };
      const fail = (errorType: string): void => {
        if (settle(NO_ANSWER)) this.#failed(operation, errorType);
      };
      const giveUp = (): void => void settle(NO_ANSWER);
      const timer = setTimeout(fail, this.#guard.timeoutMs, 'timeout');
      this.#waiting.add(giveUp);
      const succeed = (answer: unknown): void => {
        if (settle(answer)) this.#succeeded();
      };
      try {
        Promise.resolve(call()).then(succeed, (error) => fail(errorName(error)));
      } catch (error) {
        fail(errorName(error));
      }
    });
  }

  /** While the store is left alone, no call is made; after the pause, one call at a time finds out about the store. */
  #mayCall(): boolean {
    if (this.#leftAloneUntil === undefined) return true;
    if (this.#isProbing || this.#guard.now() < this.#leftAloneUntil) return false;
    this.#isProbing = true;
    return true;
  }

  #succeeded(): void {
    this.#failuresInRow = 0;
    this.#leftAloneUntil = undefined;
    this.#isProbing = false;
  }

  #failed(operation: StoreOperation, errorType: string): void {
    this.#failuresInRow++;
    this.#isProbing = false;
    this.#guard.onError(operation, errorType);
    warnOnce(`the store of a cache failed (${operation}: ${errorType}); calls go on without the store.`);
    if (this.#failuresInRow < this.#guard.failures) return;
    this.#leftAloneUntil = this.#guard.now() + this.#guard.cooldownMs;
    for (const giveUp of [...this.#waiting]) giveUp();
  }
}
