/**
 * Calls of methods that are no model calls, or a layer around a model call (agents, chains, tools). The work of a call
 * runs in a context made for the call, and the activity ends with the call. A method may return a value, a promise, or
 * an async iterator, which works while the application reads.
 */
import type { Context } from '@opentelemetry/api';
import { callWith } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { now } from '../../runtime/clock.ts';
import { follow } from '../../runtime/follow.ts';
import { readSafely, swallow } from '../../runtime/guard.ts';
import type { Activity, ActivityContent } from '../../telemetry/activity/activity.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { abandonWhenCollected, keepAlive } from '../streams/abandonment.ts';
import { type Iterator, isIterator } from '../streams/observed-iterator.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import type { Wrap } from '../wrapping/patcher.ts';

/** One call of a method, made when the call starts. */
export interface ContextRun {
  readonly context: Context;
  /** Ends with the call. Without an activity, the call only gets the context. */
  readonly activity?: Activity | undefined;
  /** Is `error` a failure? `false` if the error says that the application gave up or interrupted the call. */
  failed(error: unknown): boolean;
  /** Reads content from the result, or from the last item of an iterator. Called with content capture on only. */
  content?(result: unknown): ActivityContent;
}

/** Starts the run of a call; `undefined` if the call is not to be observed. */
export type StartRun = (telemetry: CallRecorder, self: unknown, args: readonly unknown[]) => ContextRun | undefined;

/** Wraps a method: every call runs in the context that `start` returns. */
export function runMethod(start: StartRun): Wrap {
  return (method, recording) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const telemetry = recording();
      const run = telemetry && startRun(start, telemetry, this, args);
      return run === undefined ? Reflect.apply(method, this, args) : callInRun(run, method, this, args);
    };
}

function startRun(
  start: StartRun,
  telemetry: CallRecorder,
  self: unknown,
  args: readonly unknown[],
): ContextRun | undefined {
  try {
    return start(telemetry, self, args);
  } catch (error) {
    swallow(error); // `start` reads objects of the application
    return undefined;
  }
}

function callInRun(run: ContextRun, method: AnyFunction, self: unknown, args: readonly unknown[]): unknown {
  let result: unknown;
  try {
    result = callWith(run.context, method, self, args);
  } catch (error) {
    failRun(run, error);
    throw error;
  }
  if (isIterator(result)) observeSafely(result, run);
  else if (run.activity !== undefined) return followRun(result, run, endRun);
  return result;
}

/** Makes `iterator` work in `context`. Without this, a generator runs in the context of the reader. */
export function readInContext(context: Context, iterator: Iterator): void {
  for (const name of ['next', 'return', 'throw'] as const) {
    const method = iterator[name];
    if (typeof method === 'function')
      defineHidden(iterator, name, (...args: unknown[]): unknown => callWith(context, method, iterator, args));
  }
}

function observeSafely(iterator: Iterator, run: ContextRun): void {
  try {
    observeIteration(iterator, run);
  } catch (error) {
    swallow(error); // a frozen iterator
    run.activity?.end();
  }
}

function observeIteration(iterator: Iterator, run: ContextRun): void {
  readInContext(run.context, iterator);
  const { activity } = run;
  if (activity === undefined) return;
  const token = {};
  const unread = new Unread(activity);
  abandonWhenCollected(token, unread);
  let last: unknown;
  const close = (): void => endRun(run, last);
  const read = (_run: ContextRun, result: unknown): void => {
    unread.lastRead = now();
    const item = result as Partial<IteratorResult<unknown>> | null | undefined;
    if (readSafely(() => item?.done === true, false)) close();
    else if (run.content !== undefined) last = readSafely(() => item?.value, undefined);
  };
  for (const [name, then] of [
    ['next', read],
    ['return', close],
    ['throw', close],
  ] as const) {
    const method = iterator[name];
    if (typeof method === 'function')
      defineHidden(iterator, name, (...args: unknown[]): unknown =>
        keepAlive(token, followRun(Reflect.apply(method, iterator, args), run, then)),
      );
  }
}

/**
 * Abandons the activity when the iterator is collected. A class and no closure: a closure would hold every variable of
 * {@link observeIteration}, so also the token, and the token would never be collected.
 */
class Unread {
  readonly #activity: Activity;
  /** Time of the last read: the activity lasted until then. */
  lastRead = now();

  constructor(activity: Activity) {
    this.#activity = activity;
  }

  abandon(): void {
    this.#activity.abandon(this.lastRead);
  }
}

/** Calls `then` with the value of `result`; an error fails the run. Returns `result`, or the next promise of the same chain. */
function followRun(result: unknown, run: ContextRun, then: (run: ContextRun, value: unknown) => void): unknown {
  return follow(result, {
    answered: (value) => {
      then(run, value);
      return value;
    },
    failed: (error) => failRun(run, error),
  });
}

function endRun({ activity, content }: ContextRun, result: unknown): void {
  activity?.end(content && (() => content(result)));
}

function failRun(run: ContextRun, error: unknown): void {
  let failure = true;
  try {
    failure = run.failed(error);
  } catch (unreadable) {
    swallow(unreadable);
  }
  if (failure) run.activity?.fail(error);
  else run.activity?.end();
}
