import type { AnyFunction } from '../../runtime/any-function.ts';
import { readSafely } from '../../runtime/guard.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import {
  abandonWhenCollected,
  cancelIdleCheck,
  type IdleCandidate,
  scheduleIdleCheck,
} from '../streams/abandonment.ts';
import { isStream, observeStream } from '../streams/stream-state.ts';
import { endUnobserved } from '../wrapping/end-unobserved.ts';
import { createHiddenField } from '../wrapping/hidden-field.ts';
import { endWhenRead, isResponse, observeResponse } from './raw-response.ts';
import type { AmendedRequest } from './request-amendment.ts';

/**
 * State of one call, and the token of the call (see abandonment.ts). The SDK's promise, the promises derived from the
 * SDK's promise, and the request in flight hold this object.
 */
export class StainlessCall implements IdleCandidate {
  readonly operation: Operation;
  listIndex = -1;
  /** The SDK reads the body, so the raw response does not end the call. */
  parsing = false;
  /** The SDK has sent the request inside its method, so the wrapper of `makeRequest` sees a failure. */
  sent = false;
  #answered = false;
  #registered = false;

  /** Set if the call asks for more than the application does. */
  readonly amended: AmendedRequest | undefined;

  constructor(operation: Operation, amended?: AmendedRequest) {
    this.operation = operation;
    this.amended = amended;
  }

  /**
   * Registers the call with the garbage collector: from here on the application can drop the answer unread. A call that
   * is awaited at once is never registered, because a registration costs more than the rest of the recording.
   */
  registerToken(): void {
    if (this.#registered || this.operation.ended) return;
    this.#registered = true;
    abandonWhenCollected(this, this.operation);
  }

  /** The headers of the response have arrived. If the promise is awaited, parsing starts in this turn. */
  responseArrived(): void {
    if (!this.parsing) scheduleIdleCheck(this);
  }

  /** The application awaits the answer, so the SDK starts to parse. */
  startParsing(): void {
    this.parsing = true;
    cancelIdleCheck(this);
  }

  checkIdle(): boolean {
    this.registerToken();
    return false;
  }

  /** The SDK has parsed the answer. Returns `value` untouched. */
  answered<T>(value: T): T {
    cancelIdleCheck(this); // helpers and pages skip `startParsing`
    this.operation.retryOptions = undefined;
    // The application must not see what was amended, even if the call is not recorded any more.
    if (this.#answered || (this.operation.ended && this.amended === undefined)) return value;
    this.#answered = true;
    try {
      this.#observe(value);
    } catch (error) {
      endUnobserved(this.operation, error);
    }
    return value;
  }

  #observe(value: unknown): void {
    if (isStream(value)) {
      observeStream(value, this.operation, this, this.amended && ((chunk) => this.#removesChunk(chunk)));
    } else if (isResponse(value)) {
      this.registerToken();
      observeResponse(value, endWhenRead(this.operation), this);
    } else this.operation.end(value);
  }

  #removesChunk(chunk: unknown): boolean {
    const removed = readSafely(() => this.amended?.removesChunk(chunk) === true, false);
    if (removed) this.operation.readHiddenChunk(chunk);
    return removed;
  }

  /** Parsing failed, or a helper of the application failed after a good answer. */
  failed(error: unknown): void {
    if (!this.#answered) this.operation.failOrCancel(error);
  }
}

/** The call of an SDK's object without a marked `parseResponse`, see {@link markParse}. */
export const callField = createHiddenField<StainlessCall>();

const CALL = Symbol('call');
type MarkedParse = AnyFunction & { [CALL]?: StainlessCall };

/**
 * Marks the `parseResponse` of a promise with the call. The mark is a property, because this package makes the function
 * anew for every call; a hidden field is for objects of the SDK. `npm run bench`, "A unary call", shows the cost of a call.
 */
export function markParse(parse: AnyFunction, call: StainlessCall): AnyFunction {
  (parse as MarkedParse)[CALL] = call;
  return parse;
}

/** The call of an SDK's promise. */
export function callOf(promise: object): StainlessCall | undefined {
  return (promise as { readonly parseResponse?: MarkedParse }).parseResponse?.[CALL] ?? callField.get(promise);
}
