import { errorName } from '../../../runtime/error-name.ts';
import { warnOnce } from '../../../runtime/log.ts';
import type { CacheSettings } from '../cache-settings.ts';
import type { GuardedStore, StoreOperation } from '../stores/guarded-store.ts';
import { NO_ANSWER } from '../stores/guarded-store.ts';
import { CorruptEntryError, readEntryText, writeEntryText } from './entry-text.ts';
import { type AnswerToStore, parseStored, type StoredAnswer, storedJson } from './stored-answer.ts';

/** `error`: too old, but may stand in for a call that fails. */
export type Freshness = 'fresh' | 'stale' | 'error';

/** An entry that was found. */
export interface FoundEntry {
  readonly json: string;
  /** Parsed once; {@link freshAnswer} parses again. */
  readonly answer: StoredAnswer;
  readonly freshness: Freshness;
  readonly ageMs: number;
}

/** Settings of the entries of a cache. */
export type EntrySettings = Pick<
  CacheSettings,
  'codecs' | 'keySecret' | 'ttlMs' | 'staleWhileRevalidateMs' | 'staleIfErrorMs' | 'maxEntryBytes' | 'now'
>;

/** Entries in a store. Whatever is wrong with an entry is a miss. */
export class EntryStore {
  readonly #store: GuardedStore;
  readonly #settings: EntrySettings;
  readonly #onError: (operation: StoreOperation, errorType: string) => void;
  /** Entries without a check: nobody else writes to the memory of the process, and the hash is half the time of a hit. */
  readonly #isTrusted: boolean;
  /** Entries on their way to the store: a call right after the end of an equal call is a hit. */
  readonly #onTheWay = new Map<string, string>();

  constructor(
    store: GuardedStore,
    settings: EntrySettings,
    onError: (operation: StoreOperation, errorType: string) => void,
  ) {
    this.#store = store;
    this.#settings = settings;
    this.#onError = onError;
    this.#isTrusted = store.isMemory && settings.codecs.length === 0;
  }

  /** The entry at `key`. Without a promise for the memory of the process without codecs. */
  find(key: string): FoundEntry | undefined | Promise<FoundEntry | undefined> {
    const onTheWay = this.#onTheWay.get(key);
    if (onTheWay !== undefined) return this.#found(onTheWay);
    const text = this.#store.get(key);
    return text instanceof Promise ? text.then((value) => this.#read(key, value)) : this.#read(key, text);
  }

  /** Starts to write `answer`; says whether the entry is small enough. Never throws, and delays nobody. */
  write(key: string, answer: AnswerToStore, onWritten: () => void): boolean {
    const json = storedJson(answer);
    if (Buffer.byteLength(json) > this.#settings.maxEntryBytes) {
      onWritten();
      return false;
    }
    this.#onTheWay.set(key, json);
    void this.#write(key, json).then(() => {
      if (this.#onTheWay.get(key) === json) this.#onTheWay.delete(key);
      onWritten();
    });
    return true;
  }

  async delete(key: string): Promise<void> {
    this.#onTheWay.delete(key);
    await this.#store.delete(key);
  }

  async #write(key: string, json: string): Promise<void> {
    const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = this.#settings;
    try {
      const text = this.#isTrusted ? json : await writeEntryText(key, json, this.#settings);
      // A deleted entry must not come back.
      if (this.#onTheWay.get(key) !== json) return;
      await this.#store.set(key, text, ttlMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs));
    } catch (error) {
      this.#fail('set', errorName(error));
    }
  }

  #read(key: string, text: unknown): FoundEntry | undefined | Promise<FoundEntry | undefined> {
    if (text === undefined || text === null || text === NO_ANSWER) return undefined;
    try {
      if (typeof text !== 'string') throw new CorruptEntryError('an entry that is no text');
      const json = this.#isTrusted ? text : readEntryText(key, text, this.#settings);
      if (typeof json === 'string') return this.#found(json);
      return json.then((value) => this.#found(value)).catch(() => this.#failCorrupt());
    } catch {
      return this.#failCorrupt();
    }
  }

  #found(json: string): FoundEntry | undefined {
    const answer = parseStored(json);
    const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs, now } = this.#settings;
    const ageMs = now() - answer.created;
    const tooOldMs = ageMs - ttlMs;
    const freshness: Freshness | undefined =
      tooOldMs < 0
        ? 'fresh'
        : tooOldMs < staleWhileRevalidateMs
          ? 'stale'
          : tooOldMs < staleIfErrorMs
            ? 'error'
            : undefined;
    return freshness && { json, answer, freshness, ageMs: Math.max(0, ageMs) };
  }

  #failCorrupt(): undefined {
    this.#fail('get', 'corrupt');
  }

  #fail(operation: StoreOperation, errorType: string): void {
    this.#onError(operation, errorType);
    warnOnce(`an entry of a cache could not be used (${operation}: ${errorType}); the call goes on without the entry.`);
  }
}

/** An answer that shares nothing with the answer of another caller. */
export const freshAnswer = ({ json }: FoundEntry): StoredAnswer => parseStored(json);
