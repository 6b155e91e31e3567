/**
 * Chat models. A model on top of a patched SDK gets no span here: each request of the SDK has a span, and the span gets
 * LangChain's run name, tags and metadata. For any other model, the methods of the model are recorded.
 */

import type { CallReader } from '../../facts/call.ts';
import { activeContext } from '../../otel/globals.ts';
import { asyncCalls } from '../../patching/calls/async-calls.ts';
import { readInContext, type StartRun } from '../../patching/calls/run-in-context.ts';
import { isPatched } from '../../patching/loading/warn-unpatched.ts';
import type { Sdk } from '../../patching/provider.ts';
import { isIterator } from '../../patching/streams/observed-iterator.ts';
import { ownerOf, type Patcher, recordedMethod, type Wrap } from '../../patching/wrapping/patcher.ts';
import { contextWithAttributes } from '../../scope/custom-attributes.ts';
import { asObject, asSignal } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { callAttributes, configOf, contextWithThread, enclosingRun } from './config.ts';
import { chatReader } from './methods.ts';
import { patchFirstSeenClass } from './seen-classes.ts';

/** SDK by the name of a LangChain class; a subclass calls the same SDK. */
const SDK_OF_CLASS: ReadonlyMap<string, string> = new Map(
  Object.values<Sdk>(sdks).flatMap(({ module, frameworkClasses = [] }) =>
    frameworkClasses.map((name) => [name, module] as const),
  ),
);

/** True if the model `self` sends its requests through a patched SDK. */
function callsPatchedSdk(self: unknown): boolean {
  let prototype: unknown = Object.getPrototypeOf(self);
  for (; prototype !== null && prototype !== undefined; prototype = Object.getPrototypeOf(prototype)) {
    const sdk = SDK_OF_CLASS.get((prototype as object).constructor?.name ?? '');
    if (sdk !== undefined) return isPatched(sdk);
  }
  return false;
}

/**
 * A call of a model with the configuration in argument number `configIndex`. The spans inside the call get run name, tags
 * and metadata of the configuration.
 */
export function modelCall(configIndex: number): StartRun {
  return (_telemetry, self, args) => {
    const config = configOf(args[configIndex]);
    const parent = activeContext();
    const attributes = callAttributes(self, config, enclosingRun(parent));
    let context = contextWithThread(parent, config);
    if (Object.keys(attributes).length > 0) context = contextWithAttributes(context, attributes);
    return context === parent ? undefined : { context, failed: () => true };
  };
}

/** A call of a chat model. The class of the model comes from another package, so the class is patched at its first call. */
export function chatModelCall(configIndex: number): StartRun {
  const call = modelCall(configIndex);
  return (telemetry, self, args) => {
    patchFirstSeenClass(self, telemetry, wrapModel);
    return call(telemetry, self, args);
  };
}

/** `streamEvents` only patches the class of the model: the work is done outside of the call, without the configuration. */
export const chatModelEvents: StartRun = (telemetry, self) => {
  patchFirstSeenClass(self, telemetry, wrapModel);
  return undefined;
};

function wrapModel(prototype: object, patcher: Patcher): void {
  for (const [name, reader] of [
    ['_generate', chatReader(false)],
    ['_streamResponseChunks', chatReader(true)],
  ] as const) {
    const owner = ownerOf(prototype, name);
    // The base class has a placeholder for a missing method. LangChain compares methods with the placeholder, so the
    // placeholder must stay unwrapped.
    if (owner !== undefined && !Object.hasOwn(owner, '_generateUncached'))
      patcher.wrap(owner, name, recordedWithoutSdk(reader));
  }
}

const makeCall = asyncCalls((_self, args) => {
  return asSignal(asObject(args[1])?.signal);
});

function recordedWithoutSdk(reader: CallReader): Wrap {
  return (method, recording) => {
    const wrap = recordedMethod(reader, (operation, generate, self, args) => {
      const inContext = function (this: unknown, ...parameters: unknown[]): unknown {
        const result: unknown = Reflect.apply(generate, this, parameters);
        if (isIterator(result)) readInContext(operation.context, result);
        return result;
      };
      return makeCall(operation, inContext, self, args);
    });
    const recorded = wrap(method, recording);
    return function (this: unknown, ...args: unknown[]): unknown {
      return Reflect.apply(callsPatchedSdk(this) ? method : recorded, this, args);
    };
  };
}
