import { randomUUID } from 'node:crypto';
import type { FoundEntry } from '../entries/entry-store.ts';
import { type GuardedStore, NO_ANSWER } from '../stores/guarded-store.ts';

/** Settings of a lock, in milliseconds. */
export interface LockSettings {
  readonly ttlMs: number;
  readonly pollMs: number;
}

/** What came of waiting: an entry of another process, or the right to call; `release` gives a held lock back. */
export type LockResult =
  | { readonly entry: FoundEntry }
  | { readonly entry?: undefined; readonly release: (() => void) | undefined };

/**
 * Waits until this process may call: for the lock, or for the entry of the process with the lock. A dead holder costs at most
 * `ttlMs`. Without an answer of the store the call goes on without the lock. Rejects only with the reason of `signal`.
 */
export async function lockOrFind(
  store: GuardedStore,
  key: string,
  { ttlMs, pollMs }: LockSettings,
  find: () => FoundEntry | undefined | Promise<FoundEntry | undefined>,
  signal: AbortSignal,
): Promise<LockResult> {
  const lock = `${key}:lock`;
  const token = randomUUID();
  const deadline = performance.now() + ttlMs;
  while (store.canLock) {
    const answer = await store.lock(lock, token, ttlMs);
    if (answer === NO_ANSWER) break;
    if (answer === true) {
      // The holder before may have written the entry between the look and the lock.
      const entry = await find();
      const release = (): void => void store.unlock(lock, token);
      if (entry?.freshness !== 'fresh') return { release };
      release();
      return { entry };
    }
    const left = deadline - performance.now();
    if (left <= 0) break;
    await sleep(Math.min(pollMs, left), signal);
    const entry = await find();
    if (entry?.freshness === 'fresh') return { entry };
  }
  return { release: undefined };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
