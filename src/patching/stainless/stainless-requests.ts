/**
 * Observes the requests of a Stainless SDK: finds the call of every request, the arrival of the response, and failures.
 */

import { callWith } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import type { CallRecorder } from '../../telemetry/call/call-recorder.ts';
import { operationThatRetries } from '../../telemetry/call/open-operations.ts';
import type { Patcher, Wrap } from '../wrapping/patcher.ts';
import { callField, type StainlessCall } from './stainless-call.ts';

/** The call whose SDK method is running now and has not reached `makeRequest` yet. */
let startingCall: StainlessCall | undefined;

/** Calls the SDK's `method`, which makes the request of `call`. */
export function recordRequests(
  call: StainlessCall,
  method: AnyFunction,
  self: unknown,
  args: readonly unknown[],
): unknown {
  const outer = startingCall;
  startingCall = call;
  try {
    return callWith(call.operation.context, method, self, args);
  } finally {
    startingCall = outer;
  }
}

/** Returns the arguments with which the SDK's `makeRequest` is called; `telemetry` is undefined while nobody records. */
export type RequestArguments = (args: unknown[], telemetry: CallRecorder | undefined) => unknown[];

/**
 * Wraps the methods of every request of `client`, a client or a prototype of clients. `false` if `client` is of no
 * Stainless SDK.
 */
export function patchClient(client: unknown, patcher: Patcher, requestArguments?: RequestArguments): boolean {
  // @anthropic-ai/sdk >= 0.134 with tracing of the SDK: `makeTracedRequest` calls `makeRequest` later.
  patcher.wrap(patcher.wrapTarget(client, 'makeTracedRequest'), 'makeTracedRequest', observeTracedRequests);
  return patcher.wrap(patcher.wrapTarget(client, 'makeRequest'), 'makeRequest', observeRequests(requestArguments));
}

function observeRequests(requestArguments: RequestArguments | undefined): Wrap {
  return (original, recording) =>
    function makeRequest(this: unknown, ...args: unknown[]): unknown {
      const changed = requestArguments === undefined ? args : requestArguments(args, recording());
      return sendRequest(original, this, changed, tracesItself(this) ? noteTracedArrival : noteArrival);
    };
}

function observeTracedRequests(original: AnyFunction): AnyFunction {
  return function makeTracedRequest(this: unknown, ...args: unknown[]): unknown {
    return sendRequest(original, this, args, noteTracedArrival);
  };
}

/** Can the SDK of `client` trace calls? Only such SDKs have threads, also for calls that are not traced. */
function tracesItself(client: unknown): boolean {
  return typeof client === 'object' && client !== null && 'makeTracedRequest' in client;
}

function noteArrival(call: StainlessCall): void {
  call.responseArrived();
}

/**
 * Also notes the call on the answer: threads make a second promise of the answer, see `observeParsing` in stainless.ts.
 */
function noteTracedArrival(call: StainlessCall, props: unknown): void {
  call.responseArrived();
  if (typeof props === 'object' && props !== null) callField.put(props, call);
}

function sendRequest(
  original: AnyFunction,
  self: unknown,
  args: readonly unknown[],
  noteResponse: (call: StainlessCall, props: unknown) => void,
): unknown {
  const call = startingCall;
  if (call === undefined) return repeatRequest(original, self, args);
  startingCall = undefined; // retries call makeRequest again
  call.sent = true;
  const request = Reflect.apply(original, self, args) as Promise<unknown>;
  return request.then(
    (props) => {
      noteResponse(call, props);
      return props;
    },
    (error: unknown) => {
      call.failed(error);
      throw error;
    },
  );
}

/**
 * Makes a request outside of a recorded method: a retry, usually in the context of the call already. But openai >= 7.7
 * repeats the request while reading the body, in the context of the code that awaits the answer. Parsing every answer
 * in the context of the call would put the cost of this rare retry on every call.
 */
function repeatRequest(original: AnyFunction, self: unknown, args: readonly unknown[]): unknown {
  const [options, retriesRemaining] = args;
  const operation = typeof retriesRemaining === 'number' ? operationThatRetries(options) : undefined;
  if (operation === undefined) return Reflect.apply(original, self, args);
  return callWith(operation.context, original, self, args);
}
