import { asyncCalls } from '../../patching/calls/async-calls.ts';
import type { Provider } from '../../patching/provider.ts';
import type { InstancePatcher } from '../../patching/wrapping/instance-patcher.ts';
import { type Patcher, recordedMethod } from '../../patching/wrapping/patcher.ts';
import { sdks } from '../sdks.ts';
import { METHODS, signalOf } from './methods.ts';

type Exports = { readonly [name: string]: { readonly prototype?: unknown } | undefined };

/**
 * `@google/generative-ai` 0.1 to 0.24, the SDK before `@google/genai`. `ChatSession` sends requests without its model, so
 * both classes are patched.
 */
export const googleGenerativeAI: Provider = {
  ...sdks.googleGenerativeAI,
  patch(exports, patcher) {
    const module = exports as Exports & { readonly default?: Exports };
    const classes = module.GenerativeModel === undefined ? module.default : module;
    const model = patchMethods('GenerativeModel', classes?.GenerativeModel?.prototype, patcher);
    const chat = patchMethods('ChatSession', classes?.ChatSession?.prototype, patcher);
    return model || chat;
  },

  instrument(client, patcher) {
    if ('startChat' in client) return patchModel(client, patcher);
    if (!('getGenerativeModel' in client)) return false;
    patcher.derive(client, 'getGenerativeModel', patchModel);
    patcher.derive(client, 'getGenerativeModelFromCachedContent', patchModel);
    return true;
  },
};

function patchModel(model: object, patcher: InstancePatcher): boolean {
  patcher.derive(model, 'startChat', (chat, chatPatcher) => patchMethods('ChatSession', chat, chatPatcher));
  return patchMethods('GenerativeModel', model, patcher);
}

function patchMethods(className: string, object: unknown, patcher: Patcher): boolean {
  const makeCall = asyncCalls(signalOf);
  let patched = false;
  for (const [owner, name, reader] of METHODS)
    if (owner === className) patched = patcher.wrap(object, name, recordedMethod(reader, makeCall)) || patched;
  return patched;
}
