/** The thread that sends the last requests while an `exit` listener of the main thread blocks: see send-blocking.ts. */
import { workerData } from 'node:worker_threads';
import type { Target } from '../../config/sdk/export-target.ts';
import type { SendOutcome } from './outcome.ts';
import { send } from './send.ts';

/** Data that the blocked thread hands over. */
export interface LastRequests {
  readonly requests: readonly { readonly target: Target; readonly body: Uint8Array }[];
  readonly timeoutMs: number;
  /** Set to 1, with a notification, when all requests are done. */
  readonly done: Int32Array;
  readonly port: import('node:worker_threads').MessagePort;
}

/** The outcome of each request, in order. */
export type LastOutcomes = readonly SendOutcome[];

const RETRY_MS = 200;

async function deliver(target: Target, body: Uint8Array, until: number): Promise<SendOutcome> {
  for (;;) {
    const outcome = await send(target, body, Math.max(1, until - Date.now()));
    // Only a collector that answered is tried again: an address without a listener does not change within a second.
    if (outcome.ok || !outcome.retryable || !outcome.answered || Date.now() + RETRY_MS >= until) return outcome;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

const { requests, timeoutMs, done, port } = workerData as LastRequests;
const until = Date.now() + timeoutMs;
// Sockets and timers of the senders are unreferenced; the interval keeps the thread alive until all requests are done.
const alive = setInterval(() => {}, 1000);
void Promise.all(requests.map(({ target, body }) => deliver(target, body, until))).then((outcomes: LastOutcomes) => {
  port.postMessage(outcomes);
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
  clearInterval(alive);
});
