import { errorName } from '../../../runtime/error-name.ts';
import { warnOnce } from '../../../runtime/log.ts';

/** A client of a store, of unknown kind: methods are looked at before they are called. */
export interface StoreClient {
  get(...args: readonly unknown[]): Promise<unknown>;
  set(...args: readonly unknown[]): Promise<unknown>;
  del(...args: readonly unknown[]): Promise<unknown>;
  delete(...args: readonly unknown[]): Promise<unknown>;
  eval(...args: readonly unknown[]): Promise<unknown>;
  readonly clear?: unknown;
  readonly opts?: unknown;
  readonly defineCommand?: unknown;
  on?(event: string, listener: (error: unknown) => void): unknown;
  listenerCount?(event: string): number;
  listeners?(event: string): readonly unknown[] | undefined;
}

/** Adds a listener for `error`, unless the client has a listener. The listener warns once. */
export function listenForErrors(client: StoreClient): void {
  if (typeof client.on !== 'function' || countListeners(client) > 0) return;
  client.on('error', (error) =>
    warnOnce(`the client of the cache's store reported ${errorName(error)}; calls go on without the store.`),
  );
}

/** Keyv 5 has `listeners` alone. */
function countListeners(client: StoreClient): number {
  if (typeof client.listenerCount === 'function') return client.listenerCount('error');
  return typeof client.listeners === 'function' ? (client.listeners('error')?.length ?? 0) : 0;
}
