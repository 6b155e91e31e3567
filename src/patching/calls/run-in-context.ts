/**
 * Calls that are no model calls, or only a layer around one: what they do runs in a context of its own, and an activity
 * ends with them. For methods that return a promise or an async iterator, which does its work when it is read.
 */
import type { Context } from '@opentelemetry/api';
import { callWith } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { now } from '../../runtime/clock.ts';
import { swallow } from '../../runtime/guard.ts';
import type { Activity, ActivityContent } from '../../telemetry/activity/activity.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { abandonWhenCollected, keepAlive } from '../streams/abandonment.ts';
import { type Iterator, isIterator } from '../streams/observed-iterator.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { isThenable } from '../wrapping/follow-result.ts';
import type { Wrap } from '../wrapping/patcher.ts';

/** One call as it is when it starts. */
export interface ContextRun {
  readonly context: Context;
  /** Ends with the call; without one there is only the context. */
  readonly activity?: Activity | undefined;
  /** `false`: what was thrown says that the application gave up or interrupted it. */
  failed(error: unknown): boolean;
  /** Asked only with content capture on: the result, or the last item of an iterator. */
  content?(result: unknown): ActivityContent;
}

/** Looks at a call; `undefined` leaves it alone. */
export type StartRun = (telemetry: CallRecorder, self: unknown, args: readonly unknown[]) => ContextRun | undefined;

/** A method whose calls run in the context that `start` gives. */
export function runMethod(start: StartRun): Wrap {
  return (method, recording) =>
    function (this: unknown, ...args: unknown[]): unknown {
      const telemetry = recording();
      const run = telemetry && started(start, telemetry, this, args);
      return run === undefined ? Reflect.apply(method, this, args) : call(run, method, this, args);
    };
}

function started(
  start: StartRun,
  telemetry: CallRecorder,
  self: unknown,
  args: readonly unknown[],
): ContextRun | undefined {
  try {
    return start(telemetry, self, args);
  } catch (error) {
    swallow(error); // objects of the application's were read
    return undefined;
  }
}

function call(run: ContextRun, method: AnyFunction, self: unknown, args: readonly unknown[]): unknown {
  let result: unknown;
  try {
    result = callWith(run.context, method, self, args);
  } catch (error) {
    failed(run, error);
    throw error;
  }
  if (isIterator(result)) observe(result, run);
  else if (run.activity !== undefined) return settled(result, run, ended);
  return result;
}

/** Does the work of `iterator` in `context`: a generator runs in the context of the one who reads it. */
export function readIn(context: Context, iterator: Iterator): void {
  for (const name of ['next', 'return', 'throw'] as const) {
    const method = iterator[name];
    if (typeof method === 'function')
      defineHidden(iterator, name, (...args: unknown[]): unknown => callWith(context, method, iterator, args));
  }
}

function observe(iterator: Iterator, run: ContextRun): void {
  readIn(run.context, iterator);
  const { activity } = run;
  if (activity === undefined) return;
  const token = {};
  const unread = new Unread(activity);
  abandonWhenCollected(token, unread);
  let last: unknown;
  const closed = (): void => ended(run, last);
  const read = (_: ContextRun, result: unknown): void => {
    unread.seen = now();
    const { done, value } = (result ?? {}) as Partial<IteratorResult<unknown>>;
    if (done === true) closed();
    else if (run.content !== undefined) last = value;
  };
  for (const [name, then] of [
    ['next', read],
    ['return', closed],
    ['throw', closed],
  ] as const) {
    const method = iterator[name];
    if (typeof method === 'function')
      defineHidden(iterator, name, (...args: unknown[]): unknown =>
        keepAlive(token, settled(Reflect.apply(method, iterator, args), run, then)),
      );
  }
}

/** An activity whose iterator nobody can read any more. No closure: that would hold what {@link observe} holds, the token too. */
class Unread {
  readonly #activity: Activity;
  /** It lasted as long as something was read. */
  seen = now();

  constructor(activity: Activity) {
    this.#activity = activity;
  }

  abandon(): void {
    this.#activity.abandon(this.seen);
  }
}

/** `result`, or a promise that follows it: one link more of the same chain, so that a rejection is unhandled as before. */
function settled(result: unknown, run: ContextRun, then: (run: ContextRun, value: unknown) => void): unknown {
  if (!isThenable(result)) {
    then(run, result);
    return result;
  }
  return result.then(
    (value) => {
      then(run, value);
      return value;
    },
    (error: unknown) => {
      failed(run, error);
      throw error;
    },
  );
}

function ended({ activity, content }: ContextRun, result: unknown): void {
  activity?.end(content && (() => content(result)));
}

function failed(run: ContextRun, error: unknown): void {
  let failure = true;
  try {
    failure = run.failed(error);
  } catch (unreadable) {
    swallow(unreadable);
  }
  if (failure) run.activity?.fail(error);
  else run.activity?.end();
}
