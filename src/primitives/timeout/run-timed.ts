import { callerSignal, innerContext } from '../call-context.ts';
import { interruptible, isAsyncIterable, startWork } from '../streams/async-values.ts';
import { CallStream, type StreamHandle } from '../streams/call-stream.ts';
import { LinkedAbort } from '../streams/linked-abort.ts';
import type { OpenedStream, StreamForm } from '../streams/stream-form.ts';
import { startPrimitiveSpan } from '../telemetry/primitive-span.ts';
import type { CallOptions, LlmFunction } from '../types.ts';
import type { LlmTimeoutError } from './llm-timeout-error.ts';
import { TimedCall } from './timed-call.ts';
import type { TimeoutCounts } from './timeout-counts.ts';
import type { TimeoutOptions } from './timeout-options.ts';

/** A function with limits, and the name of the function in telemetry. */
export interface TimedFunction {
  readonly fn: LlmFunction<unknown, unknown>;
  readonly operation: string;
  readonly options: TimeoutOptions;
  readonly counts: TimeoutCounts;
  readonly form: StreamForm;
  /** Does the input ask for a stream, so that `firstChunkMs` counts before the answer is here? */
  asksForStream(input: unknown): boolean;
}

/** One call of a function with limits. */
export class TimedRun {
  readonly #timed: TimedFunction;
  readonly #input: unknown;
  readonly #abort: LinkedAbort;
  readonly #span;
  readonly #call: TimedCall;
  #stream: StreamHandle<unknown> | undefined;
  #hasDelivered = false;
  /** Ends the wait for the result. */
  #interrupt: ((error: unknown) => void) | undefined;
  #replace: ((result: Promise<unknown>) => void) | undefined;

  constructor(timed: TimedFunction, input: unknown, options: CallOptions | undefined) {
    const { operation, counts } = timed;
    this.#timed = timed;
    this.#input = input;
    this.#span = startPrimitiveSpan({ kind: 'timeout', name: operation });
    this.#abort = new LinkedAbort(callerSignal(options), (reason) => this.#cancel(reason));
    this.#call = new TimedCall({
      options: timed.options,
      operation,
      counts,
      span: this.#span,
      isStream: timed.asksForStream(input),
      onLimit: (error) => this.#reachLimit(error),
    });
  }

  /** The result of the call; a stream as a plain async iterator. */
  async result(options: CallOptions | undefined): Promise<unknown> {
    const { signal } = this.#abort;
    if (signal.aborted) {
      this.#call.end('cancelled');
      throw signal.reason;
    }
    const { fn } = this.#timed;
    const context = innerContext(options, signal);
    const work = interruptible(startWork(() => this.#span.run(() => fn(this.#input, context))));
    this.#interrupt = work.interrupt;
    this.#replace = work.replaceBy;
    try {
      const result = await work.promise;
      const opened = this.#span.run(() => this.#timed.form.open(result));
      if (opened !== undefined) return this.#streamOf(opened);
      this.#end('success');
      return result;
    } catch (error) {
      this.#end(this.#abort.isAbortedByCaller ? 'cancelled' : 'error', error);
      throw error;
    }
  }

  #end(outcome: 'success' | 'error' | 'cancelled', error?: unknown): void {
    this.#abort.release();
    if (!this.#call.isOver) this.#call.end(outcome, error);
    else if (outcome === 'error') this.#span.fail(error);
    else this.#span.end();
  }

  #cancel(reason: unknown): void {
    this.#call.end('cancelled');
    this.#interrupt?.(reason);
    this.#stream?.stream?.stop(reason);
  }

  #reachLimit(error: LlmTimeoutError): void {
    const { fallback } = this.#timed.options;
    const stream = this.#stream?.stream;
    if (fallback !== undefined && !this.#hasDelivered) {
      if (stream === undefined) this.#replace?.(startWork(() => fallback(this.#input, error)));
      else stream.replaceSource(fallbackChunks(fallback, this.#input, error));
    } else if (stream === undefined) this.#interrupt?.(error);
    else stream.stop(error);
    // Last: the reader has the error of the limit before the function has the abort.
    this.#abort.abort(error);
  }

  #streamOf(opened: OpenedStream): unknown {
    const call = this.#call;
    const stream = new CallStream({
      source: opened.source,
      run: (fn) => this.#span.run(fn),
      watcher: {
        waiting: () => call.waiting(),
        chunk: (chunk) => {
          this.#hasDelivered = true;
          if (!call.isOver) call.chunk(opened.meaning(chunk) === 'output');
        },
        ended: (end, error) => {
          this.#end(end === 'completed' ? 'success' : end === 'failed' ? 'error' : 'cancelled', error);
          if (end === 'left') this.#abort.abort();
        },
      },
    });
    this.#interrupt = undefined;
    this.#replace = undefined;
    this.#stream = stream.handle;
    call.streamStarted();
    // The caller aborted between the result and the stream.
    if (this.#abort.signal.aborted) stream.stop(this.#abort.signal.reason);
    return opened.wrap(stream);
  }
}

/** The chunks of the fallback of a stream. A fallback without chunks cannot answer a stream. */
async function* fallbackChunks(
  fallback: NonNullable<TimeoutOptions['fallback']>,
  input: unknown,
  error: LlmTimeoutError,
): AsyncGenerator<unknown, void, undefined> {
  const answer = await fallback(input, error);
  if (!isAsyncIterable(answer)) throw error;
  yield* answer;
}
