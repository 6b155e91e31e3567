import type { AnyFunction } from '../../runtime/any-function.ts';
import type { Operation } from '../../telemetry/call/operation.ts';
import {
  abandonWhenCollected,
  cancelIdleCheck,
  type IdleCandidate,
  scheduleIdleCheck,
} from '../streams/abandonment.ts';
import { isStream, observeStream } from '../streams/stream-state.ts';
import { createHiddenField } from '../wrapping/hidden-field.ts';
import { endByReading, isResponse, observeResponse } from './raw-response.ts';
import type { AmendedRequest } from './request-amendment.ts';

/**
 * The token of one call, and what is known of it while it runs. Held by the promise, by what is derived from it, and by
 * the request in flight; see liveness.ts.
 */
export class Call implements IdleCandidate {
  readonly operation: Operation;
  listIndex = -1;
  /** The SDK reads the body: the raw response is not the application's alone. */
  parsing = false;
  /** The request was made while the SDK's method ran, so its failure is seen where it is made. */
  sent = false;
  #seen = false;
  #watched = false;

  /** There if the call asks for more than the application did. */
  readonly amended: AmendedRequest | undefined;

  constructor(operation: Operation, amended?: AmendedRequest) {
    this.operation = operation;
    this.amended = amended;
  }

  /**
   * From here on the application may lose the answer without anybody noticing. A call that is awaited at once never gets
   * here: what is registered for the garbage collector costs it more than all else that is done.
   */
  watch(): void {
    if (this.#watched || this.operation.ended) return;
    this.#watched = true;
    abandonWhenCollected(this, this.operation);
  }

  /** The response has come. Whoever waits for it starts to parse it in a moment. */
  arrived(): void {
    if (!this.parsing) scheduleIdleCheck(this);
  }

  /** Somebody waits for the answer. */
  parse(): void {
    this.parsing = true;
    cancelIdleCheck(this);
  }

  checkIdle(): boolean {
    this.watch();
    return false;
  }

  /** The SDK parsed the answer. Returns it untouched. */
  answered<T>(value: T): T {
    cancelIdleCheck(this); // what helpers and pages ask for gets here without `parse`
    this.operation.retryOptions = undefined;
    // What was amended is hidden even if nothing is recorded any more.
    if (this.#seen || (this.operation.ended && this.amended === undefined)) return value;
    this.#seen = true;
    if (isStream(value)) {
      observeStream(value, this.operation, this, this.amended && ((chunk) => this.#hides(chunk)));
    } else if (isResponse(value)) {
      this.watch();
      observeResponse(value, endByReading(this.operation), this);
    } else this.operation.end(value);
    return value;
  }

  #hides(chunk: unknown): boolean {
    const hidden = this.amended?.hides(chunk) === true;
    if (hidden) this.operation.readHiddenChunk(chunk);
    return hidden;
  }

  /** Parsing failed, or something the application's helper did to a good answer. */
  failed(error: unknown): void {
    if (!this.#seen) this.operation.failOrCancel(error);
  }
}

/** Which call an SDK's object belongs to that is no promise observed by {@link ofCall}. */
export const calls = createHiddenField<Call>();

const CALL = Symbol('call');
type OfCall = AnyFunction & { [CALL]?: Call };

/**
 * Marks the `parseResponse` of a promise that belongs to `call`: the function is ours and made for every call, so the mark is
 * a property. A hidden field is for objects of the SDK. `npm run bench`, "A unary call", shows the cost of a call.
 */
export function ofCall(parse: AnyFunction, call: Call): AnyFunction {
  (parse as OfCall)[CALL] = call;
  return parse;
}

/** Which call an SDK's promise belongs to. */
export function callOf(promise: object): Call | undefined {
  return (promise as { readonly parseResponse?: OfCall }).parseResponse?.[CALL] ?? calls.get(promise);
}
