/**
 * Observes the promise of SDKs made by Stainless (openai, @anthropic-ai/sdk, groq-sdk, together-ai, ...) in place.
 *
 * The SDK sends the request when the method is called, and parses the body when the application calls `then`, `catch`,
 * `finally` or `withResponse` on the promise. The application gets the SDK's promise:
 *
 * - `makeRequest` on the client's prototype makes the promise from which all further promises derive. The wrapper adds
 *   one link to the promise. The link sees failures, awaited or not, and the number of unhandled rejections stays the
 *   same.
 * - `parseResponse`, an own field of the promise, returns the parsed answer.
 * - `_thenUnwrap` (helpers such as `parse()`): the answer has to be observed before the helper changes the answer or
 *   throws. `_thenUnwrap` goes through `parseResponse`, except in openai >= 7.7: every promise has an own
 *   `_thenUnwrap`, which does not.
 * - `asResponse` shows that the application takes the raw response.
 * - A page promise of openai >= 7.7 has own methods `then`, `catch` and `finally`, bound to a hidden promise.
 */
import { callWith } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { follow } from '../../runtime/follow.ts';
import { readSafely, swallow } from '../../runtime/guard.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { type MakeCall, ownerOf, type Patcher } from '../wrapping/patcher.ts';
import { rewriteEvents } from './raw-events.ts';
import { isResponse, observeResponse } from './raw-response.ts';
import { type AmendRequest, amendRequest } from './request-amendment.ts';
import { callField, callOf, markParse, StainlessCall } from './stainless-call.ts';
import { recordRequests } from './stainless-requests.ts';

/** The members of a Stainless `APIPromise` that are observed. */
interface ApiPromise extends Promise<unknown> {
  parseResponse: AnyFunction;
  responsePromise: Promise<unknown>;
  asResponse: AnyFunction;
  _thenUnwrap: AnyFunction;
  withResponse?: AnyFunction;
  parse?: AnyFunction;
}

/**
 * Makes recorded calls of a Stainless SDK. `patcher` wraps the class of the promises. `amend` may change the request.
 */
export function stainlessCalls(patcher: Patcher, amend?: AmendRequest): MakeCall {
  return (operation, method, self, args) => {
    const amended = amendRequest(amend, operation, args);
    return callStainless(new StainlessCall(operation, amended), method, self, amended?.args ?? args, patcher);
  };
}

function callStainless(
  call: StainlessCall,
  method: AnyFunction,
  self: unknown,
  args: readonly unknown[],
  patcher: Patcher,
): unknown {
  const { operation } = call;
  let promise: unknown;
  try {
    promise = recordRequests(call, method, self, args);
  } catch (error) {
    operation.fail(error);
    throw error;
  }
  // A version without `APIPromise`, or a mock.
  if (!isApiPromise(promise)) return follow(promise, call);
  try {
    patchPromise(promise, patcher.shared);
    observePromise(promise, call);
  } catch (error) {
    swallow(error); // a frozen promise
    operation.detach();
  }
  return promise;
}

/** Patches the class of the promise. Not every version exports the class, so the first promise leads to the class. */
function patchPromise(promise: ApiPromise, patcher: Patcher): void {
  const prototype: object = Object.getPrototypeOf(promise);
  if (!patcher.isFirstSeen(prototype)) return;
  patcher.wrap(ownerOf(prototype, 'asResponse'), 'asResponse', observeAsResponse);
  patcher.wrap(ownerOf(prototype, '_thenUnwrap'), '_thenUnwrap', observeThenUnwrap);
  patcher.wrap(ownerOf(prototype, 'parseResponseTraced'), 'parseResponseTraced', observeParsing);
}

/** Threads of @anthropic-ai/sdk 1.x make a second promise from an answer that a first promise has awaited. */
function observeParsing(original: AnyFunction): AnyFunction {
  return function parseResponseTraced(this: object, props: unknown): unknown {
    const parsed: unknown = Reflect.apply(original, this, [props]);
    const call = typeof props === 'object' && props !== null ? callField.get(props) : undefined;
    if (call === undefined || callOf(this) !== undefined) return parsed;
    call.startParsing();
    return follow(parsed, call);
  };
}

function observeAsResponse(original: AnyFunction): AnyFunction {
  return function asResponse(this: object): unknown {
    const call = callOf(this);
    const response = Reflect.apply(original, this, []) as Promise<unknown>;
    if (call === undefined || call.operation.ended) return response;
    return response.then(
      (raw) => {
        try {
          if (!call.parsing && isResponse(raw)) observeRaw(raw, call);
        } catch (error) {
          swallow(error); // a frozen response of the application's `fetch`
          call.operation.detach();
        }
        return raw;
      },
      (error: unknown) => {
        call.failed(error);
        throw error;
      },
    );
  };
}

/** Notes the call on the derived promise. */
function observeThenUnwrap(original: AnyFunction): AnyFunction {
  return function _thenUnwrap(this: object, transform: unknown): unknown {
    const derived: unknown = Reflect.apply(original, this, [transform]);
    const call = callOf(this);
    if (call !== undefined && isApiPromise(derived)) callField.put(derived, call);
    return derived;
  };
}

function isApiPromise(value: unknown): value is ApiPromise {
  const promise = value as Partial<ApiPromise> | null | undefined;
  return readSafely(() => typeof promise?.parseResponse === 'function' && typeof promise.then === 'function', false);
}

/**
 * Observes a promise whose request is made later: a subclass has an async `makeRequest`, or openai 7 gets a certificate
 * first. A failure is observed where the application reads the promise. A failed promise that nobody reads ends as
 * abandoned, because an observer would handle the rejection.
 */
function observeLateRequest(promise: ApiPromise, call: StainlessCall): void {
  call.registerToken();
  const { parse } = promise;
  if (typeof parse !== 'function') return;
  let parsed: Promise<unknown> | undefined;
  const observedValue = (): Promise<unknown> => {
    parsed ??= (Reflect.apply(parse, promise, []) as Promise<unknown>).then(
      (answer) => answer,
      (error: unknown) => {
        call.failed(error);
        throw error;
      },
    );
    return parsed;
  };
  defineHidden(promise, 'parse', observedValue);
}

function observePromise(promise: ApiPromise, call: StainlessCall): void {
  if (!call.sent) observeLateRequest(promise, call);
  promise.parseResponse = observedParse(promise.parseResponse, call);
  if (Object.hasOwn(promise, '_thenUnwrap')) promise._thenUnwrap = observedUnwrap(promise._thenUnwrap, call);
  if (Object.hasOwn(promise, 'then')) observePage(promise, call);
}

function observedParse(parse: AnyFunction, call: StainlessCall): AnyFunction {
  const observed = function parseResponse(this: unknown, ...args: unknown[]): unknown {
    call.startParsing();
    call.operation.retryOptions = (args[args.length - 1] as { options?: unknown } | undefined)?.options;
    return follow(Reflect.apply(parse, this, args), call);
  };
  return markParse(observed, call);
}

function observedUnwrap(unwrap: AnyFunction, call: StainlessCall): AnyFunction {
  return (transform: AnyFunction): unknown => {
    const observed = (data: unknown, props: unknown): unknown => transform(call.answered(data), props);
    const derived: unknown = unwrap(observed);
    if (isApiPromise(derived)) observePromise(derived, call);
    return derived;
  };
}

/** openai >= 7.7: the page promise has own methods, bound to a promise that no other object references. */
function observePage(page: ApiPromise, call: StainlessCall): void {
  const { then, withResponse } = page;
  let answer: Promise<unknown> | undefined;
  const observed = (): Promise<unknown> => {
    answer ??= callWith(
      call.operation.context,
      () =>
        then(
          (value: unknown) => call.answered(value),
          (error: unknown) => {
            call.failed(error);
            throw error;
          },
        ),
      undefined,
      [],
    ) as Promise<unknown>;
    return answer;
  };
  // biome-ignore lint/suspicious/noThenProperty: replaces the SDK's own
  page.then = ((...handlers) => observed().then(...handlers)) as ApiPromise['then'];
  page.catch = ((handler) => observed().catch(handler)) as ApiPromise['catch'];
  page.finally = (handler) => observed().finally(handler);
  if (typeof withResponse !== 'function') return;
  page.withResponse = (): unknown =>
    (withResponse() as Promise<{ data: unknown }>).then(
      (result) => {
        call.answered(result.data);
        return result;
      },
      (error: unknown) => {
        call.failed(error);
        throw error;
      },
    );
}

function observeRaw(response: object, call: StainlessCall): void {
  call.registerToken();
  const parsing = (): boolean => call.parsing;
  if (call.amended !== undefined) rewriteEvents(response, call.amended.rewrite, parsing);
  observeResponse(
    response,
    {
      parsing,
      read: (body) => call.operation.detach(body),
      failed: (error) => call.operation.failOrCancel(error),
    },
    call,
  );
}
