import type { Provider } from '../../patching/provider.ts';
import { type Patcher, recordedMethod, type Wrap } from '../../patching/wrapping/patcher.ts';
import type { AnyFunction } from '../../runtime/any-function.ts';
import { readSafely } from '../../runtime/guard.ts';
import { asObject, asSignal } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { callbackCalls } from './callback-calls.ts';
import { commandsOf, type FindCommand } from './commands.ts';
import { readerOf } from './methods.ts';

interface Exports {
  readonly BedrockRuntimeClient?: { readonly prototype?: object };
  readonly default?: Exports;
}

/** Answers, `{stream}` of `ConverseStream`, `{body}` of `InvokeModelWithResponseStream`: the one with an iterator is the stream. */
const makeCall = callbackCalls({
  signalOf: (_self, args) => asSignal(asObject(args[1])?.abortSignal),
  streamOf(answer) {
    const { stream, body } = asObject(answer) ?? {};
    return stream ?? body;
  },
});

/** `@aws-sdk/client-bedrock-runtime`. Every call is a command that `send` runs; `converse()` and its like call `send`. */
export const awsBedrock: Provider = {
  ...sdks.awsBedrock,
  patch(exports, patcher) {
    const module = exports as Exports;
    const root = module.BedrockRuntimeClient === undefined ? module.default : module;
    const prototype = root?.BedrockRuntimeClient?.prototype;
    return prototype !== undefined && patchSend(prototype, commandsOf(root), patcher);
  },

  instrument(client, patcher) {
    const { config } = client as { readonly config?: { readonly serviceId?: unknown } };
    return config?.serviceId === 'Bedrock Runtime' && patchSend(client, commandsOf(undefined), patcher);
  },
};

/**
 * Puts a `send` on `target`. All clients of AWS inherit `send` from one class, which stays as it is: other instrumentations
 * patch that class, before or after, so every call looks the inherited method up.
 */
function patchSend(target: object, commandOf: FindCommand, patcher: Patcher): boolean {
  const parent = Object.hasOwn(target, 'send') ? undefined : (Object.getPrototypeOf(target) as object | null);
  const wrap: Wrap = (original, recording) => {
    const method: AnyFunction =
      parent === null || parent === undefined
        ? original
        : function send(this: unknown, ...args: unknown[]): unknown {
            return Reflect.apply((parent as { send: AnyFunction }).send, this, args);
          };
    return function (this: unknown, ...args: unknown[]): unknown {
      const reader = readSafely(() => readerOf(commandOf(args[0]), args[0], this), undefined);
      if (reader === undefined) return Reflect.apply(method, this, args);
      return Reflect.apply(recordedMethod(reader, makeCall)(method, recording), this, args);
    };
  };
  return patcher.wrap(target, 'send', wrap);
}
