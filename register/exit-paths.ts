/** Ends of a process that the `exit` listener of register alone does not see. */
import { comeBack, isListening, type Listener, listen } from './own-listeners.ts';

/**
 * Calls `run` where an `exit` listener of the application ends the process before later listeners are called: by
 * `process.exit()`, which calls `process.reallyExit`, or by an error. `reallyExit` has no documentation; every Node from 0.5
 * has the function, and packages such as signal-exit replace the function too. test/register/exit.test.ts shows if Node stops
 * calling the function.
 */
export function runBeforeHastyExit(run: () => void): void {
  const runtime = process as typeof process & { reallyExit: (code?: number) => never; _exiting?: boolean };
  const { reallyExit } = runtime;
  if (typeof reallyExit === 'function')
    runtime.reallyExit = function (this: unknown, ...codes: [code?: number]): never {
      run();
      return Reflect.apply(reallyExit, this, codes) as never;
    };
  listen('uncaughtExceptionMonitor', () => {
    comeBack();
    // Node sets `_exiting` before the `exit` listeners are called, and calls no listener again after an error in a listener.
    if (runtime._exiting === true) run();
  });
}

/** Adds the listeners, and adds them again after the application has removed listeners that are not listeners of the application. */
export function addLastingListeners(listeners: Readonly<Record<string, Listener>>): void {
  const addMissing = (): void => {
    for (const [event, listener] of Object.entries({ ...listeners, removeListener: notice }))
      if (!isListening(event, listener)) listen(event, listener);
  };
  // `process.removeAllListeners()` removes the listeners of all events after this event, so a later turn adds the listeners.
  const notice = (event: string | symbol, removed: Listener): void => {
    if (listeners[String(event)] === removed) queueMicrotask(addMissing);
  };
  addMissing();
}
