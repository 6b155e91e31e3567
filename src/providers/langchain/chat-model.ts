/**
 * Chat models. Those of the SDKs that are patched make no span here: the SDK makes one for each request, and gets what
 * only LangChain knows. The others have nobody else to record them, so the model's own methods are recorded.
 */

import type { CallReader } from '../../facts/call.ts';
import { activeContext } from '../../otel/globals.ts';
import { asyncCalls } from '../../patching/calls/async-calls.ts';
import { readIn, type StartRun } from '../../patching/calls/run-in-context.ts';
import { isPatched } from '../../patching/loading/warn-unpatched.ts';
import { isIterator } from '../../patching/streams/observed-iterator.ts';
import { ownerOf, type Patcher, recordedMethod, type Wrap } from '../../patching/wrapping/patcher.ts';
import { contextWithAttributes } from '../../scope/custom-attributes.ts';
import { asObject } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { callAttributes, configOf, contextWithThread, runAround } from './config.ts';
import { chatReader } from './model-reader.ts';
import { isFirstSeen } from './seen-classes.ts';

/** Classes of LangChain's own packages that call an SDK, by name; what extends one does too. */
const SDK_OF_CLASS: Readonly<Record<string, string>> = {
  BaseChatOpenAI: sdks.openai.module,
  ChatOpenAI: sdks.openai.module,
  ChatAnthropicMessages: sdks.anthropic.module,
  ChatAnthropic: sdks.anthropic.module,
  ChatGoogleGenerativeAI: sdks.googleGenerativeAI.module,
};

/** Does `self` reach its model through an SDK that is patched? */
function callsPatchedSdk(self: unknown): boolean {
  let prototype: unknown = Object.getPrototypeOf(self);
  for (; prototype !== null && prototype !== undefined; prototype = Object.getPrototypeOf(prototype)) {
    const sdk = SDK_OF_CLASS[(prototype as object).constructor?.name ?? ''];
    if (sdk !== undefined) return isPatched(sdk);
  }
  return false;
}

/**
 * A call of a model with the configuration in argument `at`: it adds to the spans of the request what the configuration
 * says.
 */
export function modelCall(at: number): StartRun {
  return (_telemetry, self, args) => {
    const config = configOf(args[at]);
    const parent = activeContext();
    const attributes = callAttributes(self, config, runAround(parent));
    let context = contextWithThread(parent, config);
    if (Object.keys(attributes).length > 0) context = contextWithAttributes(context, attributes);
    return context === parent ? undefined : { context, failed: () => true };
  };
}

/** Of a chat model, which is also met here: its class is another package's. */
export function chatModelCall(at: number): StartRun {
  const call = modelCall(at);
  return (telemetry, self, args) => {
    isFirstSeen(self, telemetry, wrapModel);
    return call(telemetry, self, args);
  };
}

/** A call whose work is done outside of it, without the configuration: the model is only met. */
export const chatModelEvents: StartRun = (telemetry, self) => {
  isFirstSeen(self, telemetry, wrapModel);
  return undefined;
};

function wrapModel(prototype: object, patcher: Patcher): void {
  for (const [name, reader] of [
    ['_generate', chatReader(false)],
    ['_streamResponseChunks', chatReader(true)],
  ] as const) {
    const owner = ownerOf(prototype, name);
    // The base class has a method that only says that there is none; that it is the base's is how core knows.
    if (owner !== undefined && !Object.hasOwn(owner, '_generateUncached')) patcher.wrap(owner, name, unlessSdk(reader));
  }
}

const makeCall = asyncCalls((_self, args) => {
  const signal = asObject(args[1])?.signal;
  return signal instanceof AbortSignal ? signal : undefined;
});

function unlessSdk(reader: CallReader): Wrap {
  return (method, recording) => {
    const wrap = recordedMethod(reader, (operation, generate, self, args) => {
      const inContext = function (this: unknown, ...given: unknown[]): unknown {
        const result: unknown = Reflect.apply(generate, this, given);
        if (isIterator(result)) readIn(operation.context, result);
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
