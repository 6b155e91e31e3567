import { callerSignal, innerContext } from '../call-context.ts';
import { closeIterator, discardResult, interruptible, startWork } from '../streams/async-values.ts';
import { CallStream, type StreamHandle } from '../streams/call-stream.ts';
import { LinkedAbort } from '../streams/linked-abort.ts';
import type { OpenedStream, StreamForm } from '../streams/stream-form.ts';
import { statusOf } from '../telemetry/error-type.ts';
import { type PrimitiveSpan, startPrimitiveSpan } from '../telemetry/primitive-span.ts';
import type { CallOptions, LlmFunction, RouteFacts } from '../types.ts';
import { readStart, withHeld } from './first-output.ts';
import type { RouteAttempt } from './route-attempt.ts';
import type { RouteEntry } from './route-choice.ts';
import { type AttemptResult, type RoutedResult, runAttempts } from './route-loop.ts';
import type { RouterEngine } from './router-engine.ts';
import type { Route } from './router-options.ts';
import { RouteSavings } from './saved-by-route.ts';

/** A router with the function of each of its routes. */
export interface RoutedFunction {
  readonly engine: RouterEngine;
  readonly name: string;
  /** By the name of the route. */
  readonly functions: ReadonlyMap<string, LlmFunction<unknown, unknown>>;
  readonly form: StreamForm;
  /** Most attempts, where a body can be sent once only. */
  readonly maxAttempts?: number | undefined;
  /** What the prices of a route are looked up by, where the request says more than the route. */
  readonly pricedAs?: ((route: Route) => RouteFacts) | undefined;
  /** The call has ended its attempts: how many, and the route of the last. */
  onRouted?(route: Route, attempts: number): void;
}

/** An answer that is a stream, up to its first output. */
interface OpenStream {
  readonly opened: OpenedStream;
  readonly source: AsyncIterator<unknown>;
  readonly attempt: RouteAttempt;
  readonly abort: LinkedAbort;
  readonly route: Route;
}

/** Marks a stream among the results of attempts. */
class StreamAnswer {
  readonly open: OpenStream;

  constructor(open: OpenStream) {
    this.open = open;
  }

  /** Nobody reads the stream. */
  close(): void {
    closeIterator(this.open.source);
    this.open.abort.abort();
  }
}

/** One call of a router at the functions layer. */
export class RoutedRun {
  readonly #routed: RoutedFunction;
  readonly #input: unknown;
  readonly #options: CallOptions | undefined;
  readonly #span: PrimitiveSpan;
  /** Follows the caller for the whole call. */
  readonly #call: LinkedAbort;
  #interrupt: ((error: unknown) => void) | undefined;
  #stream: StreamHandle<unknown> | undefined;
  #running: RouteAttempt | undefined;

  constructor(routed: RoutedFunction, input: unknown, options: CallOptions | undefined) {
    this.#routed = routed;
    this.#input = input;
    this.#options = options;
    this.#span = startPrimitiveSpan({ kind: 'route', name: routed.name });
    this.#call = new LinkedAbort(callerSignal(options), (reason) => this.#cancel(reason));
  }

  /** The result of the call; a stream as a plain async iterator. */
  async result(): Promise<unknown> {
    const { signal } = this.#call;
    if (signal.aborted) {
      this.#span.end();
      throw signal.reason;
    }
    const { engine, name } = this.#routed;
    const work = interruptible(
      startWork(() =>
        this.#span.run(() =>
          runAttempts<unknown>({
            engine,
            name,
            input: this.#input,
            span: this.#span,
            signal,
            maxAttempts: this.#routed.maxAttempts ?? engine.maxAttempts,
            attempt: (entry, number, attempt) => this.#attempt(entry, number, attempt),
            discard: discardAnswer,
          }),
        ),
      ),
    );
    this.#interrupt = work.interrupt;
    try {
      return this.#deliver(await work.promise);
    } catch (error) {
      this.#call.release();
      if (this.#call.isAbortedByCaller) this.#span.end();
      else this.#span.fail(error);
      throw error;
    }
  }

  #cancel(reason: unknown): void {
    this.#running?.cancel();
    this.#span.end();
    this.#interrupt?.(reason);
    this.#stream?.stream?.stop(reason);
  }

  async #attempt({ route }: RouteEntry<Route>, number: number, attempt: RouteAttempt): Promise<AttemptResult<unknown>> {
    this.#running = attempt;
    const abort = new LinkedAbort(this.#call.signal);
    const fn = this.#routed.functions.get(route.name) as LlmFunction<unknown, unknown>;
    const context = { ...innerContext(this.#options, abort.signal), attempt: number, route };
    let source: AsyncIterator<unknown> | undefined;
    try {
      const result = await fn(this.#input, context);
      const failure = this.#routed.form.failureOf?.(result);
      if (failure !== undefined) return this.#failedAnswer(failure, result, attempt, abort);
      const opened = this.#routed.form.open(result);
      if (opened !== undefined) {
        source = opened.source;
        return await this.#startStream({ opened, source: opened.source, attempt, abort, route });
      }
      abort.release();
      attempt.answered();
      attempt.succeed();
      this.#savingsOf(route, undefined).record(this.#span, result);
      return { kind: 'answer', value: result };
    } catch (error) {
      return this.#failed(error, attempt, abort, source);
    }
  }

  /** The answer is an error, as a response with a status. */
  #failedAnswer(error: unknown, result: unknown, attempt: RouteAttempt, abort: LinkedAbort): AttemptResult<unknown> {
    const failsOver = this.#routed.engine.failsOver(error);
    attempt.fail(error, failsOver);
    abort.release();
    return { kind: 'failure', error, failsOver, answer: { value: result } };
  }

  /** `source` is set if the error came from a stream before any output. */
  #failed(
    error: unknown,
    attempt: RouteAttempt,
    abort: LinkedAbort,
    source: AsyncIterator<unknown> | undefined,
  ): AttemptResult<unknown> {
    if (this.#call.signal.aborted) {
      attempt.cancel();
      return { kind: 'failure', error, failsOver: false };
    }
    const { engine } = this.#routed;
    // SDKs throw an error event of a stream as an error without a status.
    const isErrorEvent =
      source !== undefined && engine.options.failoverOn === undefined && statusOf(error) === undefined;
    const failsOver = isErrorEvent || engine.failsOver(error);
    attempt.fail(error, failsOver);
    abort.abort(error);
    return { kind: 'failure', error, failsOver };
  }

  async #startStream(open: OpenStream): Promise<AttemptResult<unknown>> {
    const { opened, source, attempt } = open;
    if (!opened.isStreamed) {
      attempt.answered();
      return { kind: 'answer', value: new StreamAnswer(open) };
    }
    const start = await readStart(source, opened.meaning, () => !open.abort.signal.aborted);
    const answer = new StreamAnswer({ ...open, source: withHeld(start.held, source) });
    if (start.end === 'output') {
      attempt.answered();
      return { kind: 'answer', value: answer };
    }
    const error = new StreamWithoutOutputError(start.end);
    attempt.fail(error, true);
    return { kind: 'failure', error, failsOver: true, answer: { value: answer } };
  }

  #deliver({ result, route, attempts }: RoutedResult<unknown>): unknown {
    this.#interrupt = undefined;
    this.#routed.onRouted?.(route, attempts);
    if (result.kind === 'failure' && result.answer === undefined) throw result.error;
    const value = result.kind === 'answer' ? result.value : result.answer?.value;
    if (value instanceof StreamAnswer) return this.#streamOf(value.open, route);
    this.#call.release();
    this.#span.end();
    const { lastFailure } = this.#routed.form;
    return result.kind === 'failure' && result.failsOver && lastFailure !== undefined ? lastFailure(value) : value;
  }

  #savingsOf(route: Route, opened: OpenedStream | undefined): RouteSavings {
    const { engine, name, pricedAs = (unchanged: Route): RouteFacts => unchanged } = this.#routed;
    const { routes, usage } = engine.options;
    return new RouteSavings({ name, routes: routes.map(pricedAs), route: pricedAs(route), usage }, opened);
  }

  #streamOf({ opened, source, attempt, abort }: OpenStream, route: Route): unknown {
    const { engine } = this.#routed;
    const span = this.#span;
    const call = this.#call;
    const savings = this.#savingsOf(route, opened);
    const stream = new CallStream<unknown>({
      source,
      run: (fn) => span.run(fn),
      watcher: {
        chunk: (chunk) => savings.chunk(chunk),
        ended: (end, error) => {
          call.release();
          abort.release();
          if (end === 'completed' || savings.isWhole) savings.record(span);
          if (end === 'failed') attempt.fail(error, isRouteFault(engine, error));
          else attempt.succeed();
          if (end === 'failed') span.fail(error);
          else span.end();
          if (end === 'left') abort.abort();
        },
      },
    });
    this.#stream = stream.handle;
    if (call.signal.aborted) stream.stop(call.signal.reason);
    return opened.wrap(stream);
  }
}

/** After the first output, an error of a stream without a status is the fault of the route too. */
const isRouteFault = (engine: RouterEngine, error: unknown): boolean =>
  statusOf(error) === undefined || engine.failsOver(error);

function discardAnswer(value: unknown): void {
  if (value instanceof StreamAnswer) value.close();
  else discardResult(value);
}

/** Why an attempt without an error has failed, for telemetry; the caller gets the stream. */
class StreamWithoutOutputError extends Error {
  override readonly name = 'StreamWithoutOutputError';

  constructor(end: 'error' | 'ended') {
    super(end === 'error' ? 'the stream began with an error event' : 'the stream ended without output');
  }
}
