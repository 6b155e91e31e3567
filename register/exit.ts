import { isMainThread } from 'node:worker_threads';
import { sayLastWords } from '../src/otel/last-words.ts';
import { awaitsAnswer, deferSending, drain, flushWithin } from '../src/pipeline/shipping/process-end.ts';
import { runInExistingDirectory } from '../src/runtime/files/working-directory.ts';
import { debug } from '../src/runtime/log.ts';
import { endOpenOperations } from '../src/telemetry/call/open-operations.ts';
import { addLastingListeners, runBeforeHastyExit } from './exit-paths.ts';
import { type Listener, listen, unlisten } from './own-listeners.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** An SDK with telemetry that must be sent before the process ends. */
export interface Flushable {
  /** What became of all telemetry, in a line at the level `info`. */
  readonly tellCounts: () => void;
  /** Hands over all telemetry, asynchronously. */
  readonly flush: () => Promise<void>;
  /** Hands over all telemetry at once, except for readings that are asynchronous. */
  readonly flushNow: () => void;
}

/**
 * Sends the last telemetry when the process or worker thread ends: by itself, by `process.exit()`, by an uncaught error or
 * rejection (node emits `exit` for all four), or by a signal. Exit codes, output and the effect of signals stay the same as
 * without this package.
 *
 * A process that ends by itself waits for the collector in `beforeExit`, and node emits `beforeExit` again after every wait.
 * A listener of the application would run again too. So if the application has a listener of `beforeExit`, nothing is sent
 * then, and the listener of `exit` sends, as after `process.exit()`: everything except a last reading of observable
 * instruments, because the callbacks of observable instruments may be asynchronous.
 */
export function flushAtExit({ flush, flushNow, tellCounts }: Flushable): void {
  let flushed = false;
  let hasTold = false;
  const beforeExit = (): void => {
    // Counted each time, because listeners are added at any time. Telemetry of a listener has to wait for `exit` too.
    if (process.listenerCount('beforeExit') > 1) {
      deferSending();
      return;
    }
    // Node emits `beforeExit` after every wait. Only the first time collects metrics whether the metrics changed or not.
    const handedOver = flushed ? Promise.resolve() : flush().catch(() => {});
    if (flushed) quietly(flushNow);
    flushed = true;
    void flushWithin(handedOver);
  };
  const sendLast = (): void => {
    endOpenOperations(); // without this call, a stream that is still being read would leave no span
    sayLastWords();
    quietly(() => runInExistingDirectory(() => drain(() => quietly(flushNow))));
    if (!hasTold) quietly(tellCounts);
    hasTold = true;
  };
  addLastingListeners({ beforeExit, exit: sendLast });
  runBeforeHastyExit(sendLast);
  keepListenerLast('exit', sendLast);
  // Worker threads receive no signals.
  if (isMainThread) for (const signal of SIGNALS) catchSignal(signal, sendLast);
}

function quietly(run: () => void): void {
  try {
    run();
  } catch (error) {
    debug(`at exit: ${String(error)}`);
  }
}

/** Keeps `listener` behind listeners that the application adds later: spans that end in a later listener must be sent too. */
function keepListenerLast(event: 'exit', listener: () => void): void {
  let moving = false;
  listen('newListener', (name: string | symbol, added: Listener) => {
    if (name !== event || added === listener || moving) return;
    moving = true;
    queueMicrotask(() => {
      moving = false;
      unlisten(event, listener);
      listen(event, listener);
    });
  });
}

/** A signal has come, and ends the process when the last requests are answered. */
let isWaiting = false;

/**
 * Listens to a signal as long as nobody else does. If the application or a library handles the signal, this package does
 * nothing, and the `exit` listener sends if the handler ends the process. Libraries that raise the signal again count the
 * listeners first, and raise the signal only if the listener of the library is alone.
 */
function catchSignal(signal: NodeJS.Signals, sendLast: () => void): void {
  const end = (): void => {
    sendLast();
    unlisten(signal, listener);
    process.kill(process.pid, signal);
    isWaiting = false; // the application may have added a listener that lets the process live
  };
  const listener = (): void => {
    // The answer to a request that is on its way is worth a wait: without the answer, the request is sent a second time. The
    // wait has a limit, and further signals do not cut the wait: process managers send several in a row.
    if (isWaiting) return;
    isWaiting = awaitsAnswer();
    if (isWaiting) void flushWithin(Promise.resolve()).finally(end);
    else end();
  };
  const listenAgain = (name: string | symbol): void => {
    if (name === signal && process.listenerCount(signal) === 0) listen(signal, listener, false);
  };
  listen('newListener', (name: string | symbol, added: Listener) => {
    if (name !== signal || added === listener) return;
    // `added` is not in the list yet, and without any listener node would stop watching for the signal.
    queueMicrotask(() => {
      if (process.listeners(signal).some((other) => other !== listener)) unlisten(signal, listener);
    });
  });
  // The removal of our listener is ignored, or the listener would be added again at once.
  listen('removeListener', (name: string | symbol, removed: Listener) => {
    if (removed !== listener) listenAgain(name);
  });
  listenAgain(signal);
}
