import { asyncCalls } from '../../patching/calls/async-calls.ts';
import type { Provider } from '../../patching/provider.ts';
import { type Patcher, recordedMethod } from '../../patching/wrapping/patcher.ts';
import { asObject } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { patchFunctionCalling, patchFunctionsOf } from './function-calling.ts';
import { patchInteractions } from './interactions.ts';
import { METHODS, signalOf } from './methods.ts';

type Exports = { readonly [name: string]: { readonly prototype?: unknown } | undefined };

/**
 * `@google/genai` 1 to 3. The package holds one bundle each for Node (the main entry, also as `/node`), for browsers
 * (`/web`) and for unknown runtimes, with classes of their own.
 *
 * The public methods of `Models` are functions that its constructor assigns; what they send, they send through methods of
 * the prototype, one call a request. So chats, automatic function calling and automatic continuation are recorded too.
 */
export const googleGenAI: Provider = {
  ...sdks.googleGenAI,
  patch(exports, patcher) {
    const module = exports as Exports & { readonly default?: Exports };
    const classes = module.Models === undefined ? module.default : module;
    const known = patchModels(classes?.Models?.prototype, patcher);
    patchFunctionCalling(classes?.Models?.prototype, patcher);
    patchInteractions(classes?.GoogleGenAI?.prototype, patcher);
    return known;
  },

  instrument(client, patcher) {
    const models = asObject((client as { models?: unknown }).models);
    if (typeof models?.generateContentInternal !== 'function') return false;
    patchFunctionsOf(models, patcher);
    patchInteractions(client, patcher);
    return patchModels(models, patcher);
  },
};

function patchModels(models: unknown, patcher: Patcher): boolean {
  const makeCall = asyncCalls(signalOf);
  let known = false;
  for (const [name, reader] of METHODS) {
    const done = patcher.wrap(models, name, recordedMethod(reader, makeCall));
    known ||= done;
  }
  return known;
}
