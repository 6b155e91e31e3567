import { utf8Length } from '../../../runtime/platform.ts';
import type { CacheStore } from '../cache-options.ts';

/** Bounds of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** Most entries. Default: 1,000. */
  readonly maxEntries?: number | undefined;
  /** Most bytes of keys and entries, in UTF-8. Default: 67,108,864, 64 MiB. */
  readonly maxBytes?: number | undefined;
}

interface StoredEntry {
  readonly value: string;
  readonly bytes: number;
  readonly expiresAt: number;
}

/** Entries in the memory of the process. A class, so that the cache finds out that the store answers at once. */
export class MemoryStore implements CacheStore {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  /** In the order of use: the first key was not used for longest. */
  readonly #entries = new Map<string, StoredEntry>();
  #bytes = 0;

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  /** The value of `key` without a promise; `undefined` after the expiry. */
  read(key: string): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (Date.now() >= entry.expiresAt) {
      this.#bytes -= entry.bytes;
      return undefined;
    }
    this.#entries.set(key, entry);
    return entry.value;
  }

  async get(key: string): Promise<string | undefined> {
    return this.read(key);
  }

  async set(key: string, value: string, ttlMs: number): Promise<void> {
    this.#remove(key);
    const bytes = utf8Length(key) + utf8Length(value);
    if (bytes > this.#maxBytes) return;
    this.#entries.set(key, { value, bytes, expiresAt: Date.now() + ttlMs });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) break;
      this.#remove(oldest);
    }
  }

  async delete(key: string): Promise<void> {
    this.#remove(key);
  }

  async setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean> {
    if (this.read(key) !== undefined) return false;
    await this.set(key, value, ttlMs);
    return true;
  }

  async deleteIfEqual(key: string, value: string): Promise<void> {
    if (this.read(key) === value) this.#remove(key);
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

/**
 * A store in the memory of the process, which drops the entries that were not used for longest. Throws a TypeError or a
 * RangeError for bounds that are no numbers above 0.
 *
 * @example
 * ```ts
 * const cache = createCache({ store: memoryStore({ maxEntries: 10_000 }) });
 * ```
 */
export function memoryStore({ maxEntries = 1000, maxBytes = 67_108_864 }: MemoryStoreOptions = {}): CacheStore {
  return new MemoryStore(checkedBound('maxEntries', maxEntries), checkedBound('maxBytes', maxBytes));
}

function checkedBound(name: string, value: unknown): number {
  if (typeof value !== 'number') throw new TypeError(`memoryStore: option ${name} has to be a number`);
  if (!(value > 0)) throw new RangeError(`memoryStore: option ${name} has to be greater than 0`);
  return value;
}
