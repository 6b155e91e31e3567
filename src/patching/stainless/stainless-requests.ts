/** The requests of a Stainless SDK: which call each belongs to, when its response comes, and how it fails. */

import { callWith } from '../../otel/globals.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { operationThatRetries } from '../../telemetry/call/open-operations.ts';
import type { Patcher } from '../wrapping/patcher.ts';
import { type Call, calls } from './stainless-call.ts';

/** The call whose SDK method is running right now and has not reached `makeRequest`. */
let starting: Call | undefined;

/** Calls the SDK's `method`, in which the request of `call` is made. */
export function recordRequests(call: Call, method: AnyFunction, self: unknown, args: readonly unknown[]): unknown {
  const outer = starting;
  starting = call;
  try {
    return callWith(call.operation.context, method, self, args);
  } finally {
    starting = outer;
  }
}

/** Wraps what every request of a client, or a class of clients, goes through. `false` if this is none of a Stainless SDK. */
export function patchClient(client: unknown, patcher: Patcher): boolean {
  // @anthropic-ai/sdk >= 0.134 with its own tracing: makeRequest is called later, by this one.
  patcher.wrap(patcher.wrapTarget(client, 'makeTracedRequest'), 'makeTracedRequest', observeTracedRequests);
  return patcher.wrap(patcher.wrapTarget(client, 'makeRequest'), 'makeRequest', observeRequests);
}

function observeRequests(original: AnyFunction): AnyFunction {
  return function makeRequest(this: unknown, ...args: unknown[]): unknown {
    return send(original, this, args, tracesItself(this) ? arrivedTraced : arrived);
  };
}

function observeTracedRequests(original: AnyFunction): AnyFunction {
  return function makeTracedRequest(this: unknown, ...args: unknown[]): unknown {
    return send(original, this, args, arrivedTraced);
  };
}

/** Only SDKs that trace themselves have threads, whether or not a call of theirs is traced. */
function tracesItself(client: unknown): boolean {
  return typeof client === 'object' && client !== null && 'makeTracedRequest' in client;
}

function arrived(call: Call): void {
  call.arrived();
}

/** Remembers which call an answer belongs to: threads make another promise of it, see {@link observeParsing}. */
function arrivedTraced(call: Call, props: unknown): void {
  call.arrived();
  if (typeof props === 'object' && props !== null) calls.put(props, call);
}

function send(
  original: AnyFunction,
  self: unknown,
  args: readonly unknown[],
  arrived: (call: Call, props: unknown) => void,
): unknown {
  const call = starting;
  if (call === undefined) return again(original, self, args);
  starting = undefined; // retries call makeRequest again
  call.sent = true;
  const request = Reflect.apply(original, self, args) as Promise<unknown>;
  return request.then(
    (props) => {
      arrived(call, props);
      return props;
    },
    (error: unknown) => {
      call.failed(error);
      throw error;
    },
  );
}

/**
 * A request that no method of ours has asked for: a retry, as a rule inside the call's context already. But openai >= 7.7
 * repeats the request while it reads the body, in the context of whoever waits for the answer. To parse every answer in
 * the call's context would cost each call what this costs the rare retry.
 */
function again(original: AnyFunction, self: unknown, args: readonly unknown[]): unknown {
  const [options, retriesRemaining] = args;
  const operation = typeof retriesRemaining === 'number' ? operationThatRetries(options) : undefined;
  if (operation === undefined) return Reflect.apply(original, self, args);
  return callWith(operation.context, original, self, args);
}
