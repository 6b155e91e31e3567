/**
 * The life of one model call. Every end is final: later ends are ignored.
 *
 *     started ------ stream() -----> streaming
 *        |                               |
 *        |  end()                        |  complete()   1. the whole answer has come
 *        |  fail()                       |  fail()       2. the SDK threw an error
 *        |  cancel()                     |  cancel()     3. the application gave up
 *        |  detach()                     |  detach()     4. the application reads the raw answer
 *        |  abandon()                    |  abandon()    5. nobody holds or reads the answer
 *        v                               v
 *        +-----------> ended <-----------+
 *
 * A call is recorded in one of three modes:
 * - alone: the end writes span, metrics and events.
 * - inside a call of the same kind (`outer`): the end hands the result to the outer call.
 * - `contextOnly`, unsampled and without metrics: the end writes nothing, the context is kept for child spans.
 */
import type { Context, Span } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { CallReader, Failure, RequestFacts, ResponseFacts, StreamOutcome } from '../../facts/call.ts';
import type { ResponseHook } from '../../facts/hooks.ts';
import type { InputContent } from '../../facts/messages.ts';
import { LinkedContext } from '../../otel/linked-context.ts';
import { endSpan } from '../../otel/span-clock.ts';
import { now } from '../../runtime/clock.ts';
import { swallow } from '../../runtime/guard.ts';
import { responseHook, runResponseHook } from '../../scope/call-hooks.ts';
import { contentOf, inputOf } from '../content/call-content.ts';
import type { CallContent } from '../content/prepare.ts';
import { readOnce } from '../content/read-once.ts';
import { failureOf, isAbort } from '../error.ts';
import { rememberAnswer } from '../links/response-spans.ts';
import { costOfCall } from '../nested/call-cost.ts';
import type { CallResult } from '../nested/call-result.ts';
import { completeByInnerCalls, type InnerCall, type InnerCalls } from '../nested/nested-calls.ts';
import { SdkOwnedSpan } from '../other-spans/sdk-owned-span.ts';
import { type ActiveOperation, contextWithOperation } from './active-operation.ts';
import { type CallStart, RELEASED } from './call-start.ts';
import { withEstimate } from './estimate.ts';
import { addOpenOperation, type OpenOperation, removeOpenOperation } from './open-operations.ts';
import { withOrigin } from './origin-facts.ts';
import type { RecordingTarget } from './recording-target.ts';
import { isLeft, StreamedAnswer } from './streamed-answer.ts';
import { type EndedCall, measureCall, recordCall } from './write-ended-call.ts';

/**
 * One call, from the moment the method is called. The first of {@link end}, {@link complete}, {@link fail},
 * {@link cancel}, {@link detach} and {@link abandon} ends the call. No method throws.
 */
export class Operation implements ActiveOperation, OpenOperation {
  request: RequestFacts;
  readonly span: Span;
  /** Active only while the SDK makes its HTTP requests. */
  readonly context: Context;
  readonly contextOnly: boolean;
  readonly config: Config;
  ended = false;
  streaming = false;
  older: OpenOperation | undefined;
  newer: OpenOperation | undefined;
  retryOptions: unknown;
  inner: InnerCalls | undefined;
  /** Set once the whole body is here but may still be read; ends the call with the body. */
  endWithReceived: (() => void) | undefined;
  readonly #target: RecordingTarget;
  readonly #reader: CallReader;
  /** Set only if content is captured or tokens are estimated. Read at the start: the application may change its messages later. */
  #input: InputContent | undefined;
  readonly #startTime: number;
  readonly #outer: ActiveOperation | undefined;
  readonly #onResponse: ResponseHook | undefined;
  #streamedAnswer: StreamedAnswer | undefined;
  #thrownError: unknown;
  #bodySeen: unknown;
  #contentSeen: CallContent | undefined;
  constructor({ target, reader, request, span, parent, self, args, outer }: CallStart) {
    this.#target = target;
    this.config = target.config;
    this.#reader = reader;
    this.#input = args && inputOf(reader, args, self);
    this.#startTime = now();
    this.request = request;
    this.span = span;
    this.#outer = outer;
    if (outer === undefined) this.#onResponse = responseHook(this.config, parent);
    this.context = contextWithOperation(parent, this);
    this.contextOnly = outer === undefined && target.metrics === undefined && !span.isRecording();
    if (!this.contextOnly) addOpenOperation(this);
  }

  get keepsContent(): boolean {
    return this.#input !== undefined;
  }

  /** The answer is a stream. Returns `false` if the reader has no reader for streams: the chunks will not be recorded. */
  stream(): boolean {
    const { config, metrics } = this.#target;
    try {
      const limit = config.estimateTokens === undefined ? config.contentMaxPartBytes : Number.MAX_SAFE_INTEGER;
      const reader = this.#reader.stream?.(this.#input !== undefined, limit);
      if (reader === undefined) return false;
      this.streaming = true;
      this.#streamedAnswer = new StreamedAnswer(reader, this.request, config, this.span.isRecording(), metrics);
    } catch (error) {
      swallow(error);
    }
    return this.streaming;
  }

  /** A chunk reached the application's iterator, just now or at the time `at` (of {@link now}). */
  chunk(value: unknown, at?: number): void {
    if (this.ended) return;
    try {
      this.#streamedAnswer?.chunk(this.#input === undefined ? value : readOnce(value), at);
    } catch (error) {
      swallow(error);
    }
  }

  /** The application is done with the last chunk of the stream. */
  chunkProcessed(): void {
    if (!this.ended) this.#streamedAnswer?.processed();
  }

  /** A chunk came that the application neither asked for nor gets. */
  readHiddenChunk(value: unknown): void {
    this.#streamedAnswer?.readHiddenChunk(value);
  }

  /** The answer was received and the SDK parsed it to `body`; `undefined` if nothing can be read. */
  end(body: unknown): void {
    const response = this.#readBody(body);
    this.#finish(undefined, response, response?.failure, body);
  }

  #readBody(body: unknown): ResponseFacts | undefined {
    if (this.ended) return undefined;
    try {
      const seen = this.#input === undefined && !this.#reader.looksTwice ? body : readOnce(body);
      this.#bodySeen = seen;
      return typeof seen === 'object' && seen !== null
        ? this.#reader.response(seen)
        : this.#reader.factsWithoutBody?.();
    } catch (error) {
      swallow(error);
      return undefined;
    }
  }

  /** The stream came to its end. */
  complete(): void {
    const response = this.#factsSoFar(true);
    try {
      if (response !== undefined) this.#reader.completed?.(this.request, response, this.config);
    } catch (error) {
      swallow(error);
    }
    this.#finish(response?.failure === undefined ? 'completed' : 'failed', response, response?.failure);
  }

  /** The SDK threw `error`. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.#thrownError = error;
    this.#finish(
      this.streaming || this.request.stream === true ? 'failed' : undefined,
      this.#factsSoFar(false),
      failureOf(error, this.#reader),
    );
  }

  /** The SDK threw `error`: a failure, unless the error says that the application gave up. */
  failOrCancel(error: unknown): void {
    if (this.ended) return;
    if (isAbort(error)) this.cancel();
    else this.fail(error);
  }

  /** The application gave up: abort, `break`, `return()`. */
  cancel(): void {
    this.#finish('cancelled', this.#factsSoFar(false), undefined);
  }

  /** The application took the raw response and the SDK does not read it; `body` if the application read JSON. */
  detach(body?: unknown): void {
    const response = this.#readBody(body);
    this.#finish('detached', response, response?.failure, body);
  }

  /** Nobody holds the answer any more, or nobody reads the answer. */
  abandon(): void {
    this.#finish('abandoned', this.#factsSoFar(false), undefined);
  }

  #factsSoFar(complete: boolean): ResponseFacts | undefined {
    if (this.ended) return undefined;
    const streamed = this.#streamedAnswer;
    return streamed === undefined ? this.#reader.factsWithoutBody?.() : streamed.facts(complete);
  }

  #finish(outcome?: StreamOutcome, response?: ResponseFacts, failure?: Failure, body?: unknown): void {
    if (this.ended) return;
    const { metrics } = this.#target;
    const seconds = metrics === undefined ? 0 : (now() - this.#startTime) / 1000;
    let result: CallResult = { response };
    try {
      result = this.#result(response, outcome, failure);
    } catch (error) {
      swallow(error); // messages of the application were read for an estimate
    }
    result = withOrigin(result, this, this.#outer);
    this.ended = true;
    removeOpenOperation(this);
    const { request, span, context } = this;
    const startTime = this.#startTime;
    const call = { request, span, context, startTime, streamedAnswer: this.#streamedAnswer, result, outcome, failure };
    try {
      if (result.response !== undefined) rememberAnswer(result.response, span, request.operation);
      const readContent = this.#input && (() => this.#content(outcome, result));
      if (this.#outer === undefined) recordCall(this.#target, call, readContent);
      else this.#outer.inner?.end(this, this.#innerResult(call));
    } catch (error) {
      swallow(error);
    }
    if (metrics !== undefined) measureCall(metrics, call, seconds);
    const recorded = span instanceof SdkOwnedSpan ? span.attached : span;
    const end = { outcome, failure, body, error: this.#thrownError };
    if (this.#onResponse !== undefined && recorded !== undefined)
      runResponseHook(this.#onResponse, recorded, request, result, end);
    try {
      endSpan(span); // a span processor of the application runs in here
      this.#release();
    } catch (error) {
      swallow(error);
    }
  }

  /** The answer and its cost, completed by the inner calls if the call has inner calls: most calls have none. */
  #result(response: ResponseFacts | undefined, outcome?: StreamOutcome, failure?: Failure): CallResult {
    if (this.contextOnly) return { response };
    const left = isLeft(outcome);
    const result =
      this.inner === undefined
        ? { response, cost: left ? undefined : costOfCall(this.request, response, this.config) }
        : this.#completeBy(this.inner, response, left);
    const { estimateTokens } = this.config;
    if (estimateTokens === undefined || this.#outer !== undefined) return result;
    const unary = this.#streamedAnswer === undefined && failure === undefined && result.response !== undefined;
    if (!unary && (this.#streamedAnswer?.firstChunkTime ?? result.firstChunk) === undefined) return result; // no answer, no tokens
    return withEstimate(estimateTokens, this.request, result, () => this.#content(outcome, result));
  }

  #completeBy(inner: InnerCalls, response: ResponseFacts | undefined, left: boolean): CallResult {
    const completed = completeByInnerCalls(this.request, response, inner, this.#startTime, this.config);
    this.request = completed.request;
    return left ? { ...completed, cost: undefined } : completed;
  }

  #innerResult({ request, streamedAnswer, result, outcome, failure }: EndedCall): InnerCall {
    const succeeded = failure === undefined && !isLeft(outcome);
    const firstChunk = streamedAnswer?.firstChunkTime ?? result.firstChunk;
    return {
      request,
      response: result.response,
      answered: succeeded || firstChunk !== undefined || result.response?.usage !== undefined,
      left: isLeft(outcome),
      cost: result.cost,
      firstChunk,
      content: this.#content(outcome, result),
    };
  }

  /** Read once: an estimate of tokens asks first. */
  #content(outcome: StreamOutcome | undefined, { content: inner }: CallResult): CallContent | undefined {
    if (this.#input === undefined) return undefined;
    const complete = (outcome ?? 'completed') === 'completed';
    const answer = { stream: this.#streamedAnswer?.reader, body: this.#bodySeen, inner, complete };
    this.#contentSeen ??= contentOf(this.#reader, this.#input, answer);
    return this.#contentSeen;
  }

  /**
   * Sockets, timers and uncollected responses can keep the context, and so this operation, alive long after the call. Content
   * and request are dropped now: they must not stay in memory, and V8 must not learn to allocate such objects as long-lived,
   * because long-lived objects cost more to collect.
   */
  #release(): void {
    this.request = RELEASED;
    this.retryOptions = undefined;
    this.endWithReceived = undefined;
    this.inner = undefined;
    this.#thrownError = undefined;
    this.#bodySeen = undefined;
    this.#contentSeen = undefined;
    this.#streamedAnswer = undefined;
    this.#input = undefined;
    if (this.context instanceof LinkedContext) this.context.release();
  }
}
