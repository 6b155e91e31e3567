/**
 * The promise of SDKs made by Stainless (openai, @anthropic-ai/sdk, groq-sdk, together-ai, ...), observed in place.
 *
 * The request is sent when the method is called; the body is parsed when somebody calls `then`, `catch`, `finally` or
 * `withResponse` on the promise. What the application holds stays the SDK's own promise:
 *
 * - `makeRequest` on the client's prototype makes the promise that everything else derives from. The wrapper passes it
 *   on with one more link that sees failures, awaited or not; the number of unhandled rejections stays what it was.
 * - `parseResponse`, an own field of the promise, gives the parsed answer.
 * - `_thenUnwrap` (helpers such as `parse()`) must see the answer before the helper changes it or throws. It goes
 *   through `parseResponse`, except that openai >= 7.7 gives every promise an own one that does not.
 * - `asResponse` tells that the application took the raw response.
 * - A page promise of openai >= 7.7 has own `then`, `catch`, `finally` bound to a hidden promise.
 */
import { callWith } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { defineHidden } from '../wrapping/define-hidden.ts';
import { follow } from '../wrapping/follow-result.ts';
import { type MakeCall, ownerOf, type Patcher } from '../wrapping/patcher.ts';
import { rewriteEvents } from './raw-events.ts';
import { isResponse, observeResponse } from './raw-response.ts';
import { type AmendRequest, amendRequest } from './request-amendment.ts';
import { Call, callOf, calls, ofCall } from './stainless-call.ts';
import { recordRequests } from './stainless-requests.ts';

/** The part of a Stainless `APIPromise` that is used here. */
interface ApiPromise extends Promise<unknown> {
  parseResponse: AnyFunction;
  responsePromise: Promise<unknown>;
  asResponse: AnyFunction;
  _thenUnwrap: AnyFunction;
  withResponse?: AnyFunction;
  parse?: AnyFunction;
}

/**
 * Makes recorded calls of a Stainless SDK; what else has to be wrapped for them is wrapped through `patcher`. `amend` may
 * change what is asked for.
 */
export function stainlessCalls(patcher: Patcher, amend?: AmendRequest): MakeCall {
  return (operation, method, self, args) => {
    const change = amendRequest(amend, operation, args);
    return callStainless(new Call(operation, change), method, self, change?.args ?? args, patcher);
  };
}

function callStainless(
  call: Call,
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
  patchPromise(promise, patcher.shared);
  adopt(promise, call);
  return promise;
}

/** The promise's class is not exported by every version: it is found on the first promise. */
function patchPromise(promise: ApiPromise, patcher: Patcher): void {
  const prototype: object = Object.getPrototypeOf(promise);
  if (!patcher.isFirstSeen(prototype)) return;
  patcher.wrap(ownerOf(prototype, 'asResponse'), 'asResponse', observeAsResponse);
  patcher.wrap(ownerOf(prototype, '_thenUnwrap'), '_thenUnwrap', observeThenUnwrap);
  patcher.wrap(ownerOf(prototype, 'parseResponseTraced'), 'parseResponseTraced', observeParsing);
}

/** Threads of @anthropic-ai/sdk 1.x make a promise of their own from the answer that another one waited for. */
function observeParsing(original: AnyFunction): AnyFunction {
  return function parseResponseTraced(this: object, props: unknown): unknown {
    const parsed: unknown = Reflect.apply(original, this, [props]);
    const call = typeof props === 'object' && props !== null ? calls.get(props) : undefined;
    if (call === undefined || callOf(this) !== undefined) return parsed;
    call.parse();
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
        if (!call.parsing && isResponse(raw)) observeRaw(raw, call);
        return raw;
      },
      (error: unknown) => {
        call.failed(error);
        throw error;
      },
    );
  };
}

/** The derived promise belongs to the same call. */
function observeThenUnwrap(original: AnyFunction): AnyFunction {
  return function _thenUnwrap(this: object, transform: unknown): unknown {
    const derived: unknown = Reflect.apply(original, this, [transform]);
    const call = callOf(this);
    if (call !== undefined && isApiPromise(derived)) calls.put(derived, call);
    return derived;
  };
}

function isApiPromise(value: unknown): value is ApiPromise {
  const promise = value as Partial<ApiPromise> | null | undefined;
  return typeof promise?.parseResponse === 'function' && typeof promise.then === 'function';
}

/**
 * The request is made later: a subclass has an async `makeRequest`, or openai 7 gets a certificate first. Its failure is
 * seen where the promise is read; one that nobody reads ends as abandoned, because seeing it would handle the rejection.
 */
function observeLater(promise: ApiPromise, call: Call): void {
  call.watch();
  const { parse } = promise;
  if (typeof parse !== 'function') return;
  let parsed: Promise<unknown> | undefined;
  const value = (): Promise<unknown> => {
    parsed ??= (Reflect.apply(parse, promise, []) as Promise<unknown>).then(
      (answer) => answer,
      (error: unknown) => {
        call.failed(error);
        throw error;
      },
    );
    return parsed;
  };
  defineHidden(promise, 'parse', value);
}

function adopt(promise: ApiPromise, call: Call): void {
  if (!call.sent) observeLater(promise, call);
  promise.parseResponse = observedParse(promise.parseResponse, call);
  if (Object.hasOwn(promise, '_thenUnwrap')) promise._thenUnwrap = observedUnwrap(promise._thenUnwrap, call);
  if (Object.hasOwn(promise, 'then')) adoptPage(promise, call);
}

function observedParse(parse: AnyFunction, call: Call): AnyFunction {
  const observed = function parseResponse(this: unknown, ...args: unknown[]): unknown {
    call.parse();
    call.operation.retryOptions = (args[args.length - 1] as { options?: unknown } | undefined)?.options;
    return follow(Reflect.apply(parse, this, args), call);
  };
  return ofCall(observed, call);
}

function observedUnwrap(unwrap: AnyFunction, call: Call): AnyFunction {
  return (transform: AnyFunction): unknown => {
    const observed = (data: unknown, props: unknown): unknown => transform(call.answered(data), props);
    const derived: unknown = unwrap(observed);
    if (isApiPromise(derived)) adopt(derived, call);
    return derived;
  };
}

/** openai >= 7.7: the page promise answers through functions of its own, bound to a promise nobody else sees. */
function adoptPage(page: ApiPromise, call: Call): void {
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

function observeRaw(response: object, call: Call): void {
  call.watch();
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
