import { isMainThread } from 'node:worker_threads';
import { deferSending, drain, flushWithin } from '../src/pipeline/queue/outbox.ts';
import { debug } from '../src/runtime/log.ts';
import { endOpenOperations } from '../src/telemetry/call/open-operations.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** What is emptied when the process ends. */
export interface Flushable {
  /** Hands over everything, asynchronously. */
  readonly flush: () => Promise<void>;
  /** Hands over what can be handed over at once. */
  readonly flushNow: () => void;
}

/**
 * Sends what is left when the process or worker thread ends: by itself, by `process.exit()`, by an uncaught error or
 * rejection (`exit` is emitted for all of them), or by a signal. Exit codes, output and the way signals kill stay as
 * they are without it.
 *
 * A process that ends by itself waits for the collector in `beforeExit`, and node emits that again after every wait. So
 * with listeners of others there it is left alone, and `exit` sends what there is, as it does after `process.exit()`:
 * everything but a last reading of observable instruments, whose callbacks may be asynchronous.
 */
export function flushAtExit({ flush, flushNow }: Flushable): void {
  let flushed = false;
  process.on('beforeExit', () => {
    // Looked up each time: they are added at any time, and what they record is not to be sent before `exit` either.
    if (process.listenerCount('beforeExit') > 1) return deferSending();
    // Emitted again after every wait: only the first time collects metrics whether they changed or not.
    const handed = flushed ? Promise.resolve() : flush().catch(() => {});
    if (flushed) quietly(flushNow);
    flushed = true;
    void flushWithin(handed);
  });
  const last = (): void => {
    endOpenOperations(); // a stream that is still being read would leave no span at all
    quietly(() => drain(() => quietly(flushNow)));
  };
  process.on('exit', last);
  stayLast('exit', last);
  // Worker threads receive no signals.
  if (isMainThread) for (const signal of SIGNALS) catchSignal(signal, last);
}

function quietly(run: () => void): void {
  try {
    run();
  } catch (error) {
    debug(`at exit: ${String(error)}`);
  }
}

/** Spans that listeners of the application end are to be sent too, so ours has to run after those added later. */
function stayLast(event: 'exit', listener: () => void): void {
  let moving = false;
  process.on('newListener', (name, added) => {
    if (name !== event || added === listener || moving) return;
    moving = true;
    queueMicrotask(() => {
      moving = false;
      process.removeListener(event, listener);
      process.on(event, listener);
    });
  });
}

/**
 * Our listener is there only while there is no other: with a listener of the application or a library the signal is
 * theirs, and what they do about it ends in `exit`, if in anything. Libraries that raise the signal again count
 * listeners to learn whether it is up to them; with ours among them nobody would.
 */
function catchSignal(signal: NodeJS.Signals, last: () => void): void {
  const listener = (): void => {
    last();
    process.removeListener(signal, listener);
    process.kill(process.pid, signal);
  };
  const restore = (name: string | symbol): void => {
    if (name === signal && process.listenerCount(signal) === 0) process.on(signal, listener);
  };
  process.on('newListener', (name, added) => {
    if (name !== signal || added === listener) return;
    // The new one is not in the list yet, and without any listener node would stop watching for the signal.
    queueMicrotask(() => {
      if (process.listeners(signal).some((other) => other !== listener)) process.removeListener(signal, listener);
    });
  });
  // A listener that another one's removal brings back would be removed by our own removal otherwise.
  process.on('removeListener', (name, removed) => {
    if (removed !== listener) restore(name);
  });
  restore(signal);
}
