import type { Context, Span } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { CallReader, Failure, RequestFacts, ResponseFacts, StreamOutcome } from '../../facts/call.ts';
import type { ResponseHook } from '../../facts/hooks.ts';
import type { InputContent } from '../../facts/messages.ts';
import { LinkedContext } from '../../otel/linked-context.ts';
import { now } from '../../runtime/clock.ts';
import { swallow } from '../../runtime/guard.ts';
import { responseHook, runResponseHook } from '../../scope/call-hooks.ts';
import { contentOf, inputOf } from '../content/call-content.ts';
import type { CallContent } from '../content/prepare.ts';
import { failureOf, isAbort } from '../error.ts';
import { rememberAnswer } from '../links/response-spans.ts';
import { type CallResult, type InnerCall, type InnerCalls, resolveResult } from '../nested/nested-calls.ts';
import { SdkOwnedSpan } from '../other-spans/sdk-owned-span.ts';
import { hintAtUsage } from '../stream-usage.ts';
import { type ActiveOperation, contextWithOperation } from './active-operation.ts';
import type { CallStart } from './call-start.ts';
import { withEstimate } from './estimate.ts';
import { addOpenOperation, type OpenOperation, removeOpenOperation } from './open-operations.ts';
import type { RecordingTarget } from './recording-target.ts';
import { StreamedAnswer } from './streamed-answer.ts';
import { measureCall, recordCall } from './write-ended-call.ts';

/** What is left of a call that has ended. */
const RELEASED: RequestFacts = { operation: 'chat', provider: '', attributes: {} };

/**
 * The life of one call: started when the method is called, ended exactly once by the first of {@link end},
 * {@link fail}, {@link cancel}, {@link detach} and {@link abandon}. None of them throws.
 */
export class Operation implements ActiveOperation, OpenOperation {
  request: RequestFacts;
  readonly span: Span;
  /** Active while the SDK makes its HTTP requests, and only then. */
  readonly context: Context;
  /** Neither recorded nor measured: only the context has to be kept for the children. */
  readonly contextOnly: boolean;
  /** What it is recorded by. */
  readonly config: Config;
  ended = false;
  /** The answer has turned out to be a stream. */
  streaming = false;
  /** The open operations before and after this one. */
  older: OpenOperation | undefined;
  newer: OpenOperation | undefined;
  retryOptions: unknown;
  /** Calls of the same kind that this one makes; see enrich.ts. */
  inner: InnerCalls | undefined;
  /** Ends it by an answer that has come in full and may still be read. */
  endWithReceived: (() => void) | undefined;

  readonly #target: RecordingTarget;
  readonly #reader: CallReader;
  /** There only if content is captured or tokens are estimated. Read at the start: the application may change its messages later. */
  #input: InputContent | undefined;
  readonly #started: number;
  readonly #outer: ActiveOperation | undefined;
  readonly #onResponse: ResponseHook | undefined;
  #answer: StreamedAnswer | undefined;
  /** What the SDK threw. */
  #error: unknown;

  constructor({ target, reader, request, span, parent, self, args, outer }: CallStart) {
    this.#target = target;
    this.config = target.config;
    this.#reader = reader;
    this.#input = args && inputOf(reader, args, self);
    this.#started = now();
    this.request = request;
    this.span = span;
    this.#outer = outer;
    if (outer === undefined) this.#onResponse = responseHook(this.config, parent);
    this.context = contextWithOperation(parent, this);
    this.contextOnly = outer === undefined && target.metrics === undefined && !span.isRecording();
    if (!this.contextOnly) addOpenOperation(this);
  }

  /** Is its content kept? */
  get keepsContent(): boolean {
    return this.#input !== undefined;
  }

  /** The answer is a stream. `false` if this method is not known to stream: nothing will be recorded of its chunks. */
  stream(): boolean {
    const { config, metrics } = this.#target;
    try {
      const limit = config.estimateTokens === undefined ? config.contentMaxPartBytes : Number.MAX_SAFE_INTEGER;
      const reader = this.#reader.stream?.(this.#input !== undefined, limit);
      if (reader === undefined) return false;
      this.streaming = true;
      this.#answer = new StreamedAnswer(reader, this.request, config, this.span.isRecording(), metrics);
    } catch (error) {
      swallow(error);
    }
    return this.streaming;
  }

  /** A chunk reached the application's iterator, just now or `at` (of {@link now}). */
  chunk(value: unknown, at?: number): void {
    if (this.ended) return;
    try {
      this.#answer?.chunk(value, at);
    } catch (error) {
      swallow(error);
    }
  }

  /** A chunk came that the application did not ask for and does not get. */
  readHiddenChunk(value: unknown): void {
    this.#answer?.hidden(value);
  }

  /** The answer was received and `body` is what the SDK parsed it to; `undefined` if there is nothing to read. */
  end(body: unknown): void {
    const response = this.#response(body);
    this.#finish(undefined, response, response?.failure, body);
  }

  #response(body: unknown): ResponseFacts | undefined {
    if (this.ended) return undefined;
    try {
      return typeof body === 'object' && body !== null
        ? this.#reader.response(body)
        : this.#reader.factsWithoutBody?.();
    } catch (error) {
      swallow(error);
      return undefined;
    }
  }

  /** The stream came to its end. */
  complete(): void {
    const response = this.#facts(true);
    hintAtUsage(this.request, response, this.config.streamUsage);
    this.#finish(response?.failure === undefined ? 'completed' : 'failed', response, response?.failure);
  }

  /** The call failed with what the SDK threw. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.#error = error;
    this.#finish(
      this.streaming || this.request.stream === true ? 'failed' : undefined,
      this.#facts(false),
      failureOf(error),
    );
  }

  /** The SDK threw `error`: a failure, unless it says that the application gave up. */
  failOrCancel(error: unknown): void {
    if (this.ended) return;
    if (isAbort(error)) this.cancel();
    else this.fail(error);
  }

  /** The application gave up: abort, `break`, `return()`. */
  cancel(): void {
    this.#finish('cancelled', this.#facts(false), undefined);
  }

  /** The application took the raw response and nothing of the SDK reads it; `body` if it was read as JSON. */
  detach(body?: unknown): void {
    const response = this.#response(body);
    this.#finish('detached', response, response?.failure, body);
  }

  /** Nobody holds the answer any more, or nobody reads it. */
  abandon(): void {
    this.#finish('abandoned', this.#facts(false), undefined);
  }

  #facts(complete: boolean): ResponseFacts | undefined {
    return this.ended
      ? undefined
      : this.#answer === undefined
        ? this.#reader.factsWithoutBody?.()
        : this.#answer.facts(complete);
  }

  #finish(
    outcome: StreamOutcome | undefined,
    answer: ResponseFacts | undefined,
    failure?: Failure,
    body?: unknown,
  ): void {
    if (this.ended) return;
    const { metrics } = this.#target;
    const seconds = metrics === undefined ? 0 : (now() - this.#started) / 1000;
    const known = this.#result(answer, outcome, failure, body);
    this.ended = true;
    removeOpenOperation(this);
    const { request, span, context } = this;
    const call = { request, span, context, started: this.#started, answer: this.#answer, known, outcome, failure };
    try {
      if (known.response !== undefined) rememberAnswer(known.response, span, request.operation);
      const said = this.#input && (() => this.#content(outcome, body, known));
      if (this.#outer === undefined) recordCall(this.#target, call, said);
      else this.#outer.inner?.end(this, this.#innerResult(outcome, known, failure, body));
    } catch (error) {
      swallow(error);
    }
    try {
      if (metrics !== undefined) measureCall(metrics, call, seconds);
    } catch (error) {
      swallow(error);
    }
    const recorded = span instanceof SdkOwnedSpan ? span.attached : span;
    if (this.#onResponse !== undefined && recorded !== undefined)
      runResponseHook(this.#onResponse, recorded, request, known, { outcome, failure, body, error: this.#error });
    try {
      span.end(); // a span processor of the application runs in here
      this.#release();
    } catch (error) {
      swallow(error);
    }
  }

  /** The answer and what it costs, with what inner calls told. */
  #result(response: ResponseFacts | undefined, outcome?: StreamOutcome, failure?: Failure, body?: unknown): CallResult {
    if (this.contextOnly) return { response };
    const known = resolveResult(this.request, response, this.inner, this.#started, this.config);
    this.request = known.request;
    const { estimateTokens } = this.config;
    if (estimateTokens === undefined || this.#outer !== undefined) return known;
    const unary = this.#answer === undefined && failure === undefined && known.response !== undefined;
    if (!unary && (this.#answer?.first ?? known.firstChunk) === undefined) return known; // no answer, no tokens
    return withEstimate(estimateTokens, this.request, known, () => this.#content(outcome, body, known));
  }

  #innerResult(
    outcome: StreamOutcome | undefined,
    known: CallResult,
    failure: Failure | undefined,
    body: unknown,
  ): InnerCall {
    const given = failure === undefined && outcome !== 'cancelled' && outcome !== 'abandoned';
    const firstChunk = this.#answer?.first ?? known.firstChunk;
    return {
      request: this.request,
      response: known.response,
      answered: given || firstChunk !== undefined || known.response?.usage !== undefined,
      cost: known.cost,
      firstChunk,
      content: this.#content(outcome, body, known),
    };
  }

  #content(outcome: StreamOutcome | undefined, body: unknown, { content }: CallResult): CallContent | undefined {
    const complete = outcome === undefined || outcome === 'completed';
    return this.#input && contentOf(this.#reader, this.#input, this.#answer?.reader, complete, body, content);
  }

  /**
   * Sockets, timers and responses that nobody has collected yet keep the context, and with it this operation, for long: not
   * what was said in it, nor what V8 would then take for long-lived and no longer allocate where it is collected cheaply.
   */
  #release(): void {
    this.request = RELEASED;
    this.retryOptions = undefined;
    this.endWithReceived = undefined;
    this.inner = undefined;
    this.#error = undefined;
    this.#answer = undefined;
    this.#input = undefined;
    if (this.context instanceof LinkedContext) this.context.release();
  }
}
