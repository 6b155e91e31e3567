import { asyncCalls } from '../../patching/calls/async-calls.ts';
import type { Provider } from '../../patching/provider.ts';
import { isRecorded, type Patcher, recordedMethod } from '../../patching/wrapping/patcher.ts';
import { asObject } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { patchHttpResponses, patchHttpResponsesOf } from './dropped-errors.ts';
import { patchFunctionCalling, patchFunctionCallingOf } from './function-calling.ts';
import { patchInteractions } from './interactions/methods.ts';
import { METHODS, signalOf } from './methods.ts';

type Exports = { readonly [name: string]: { readonly prototype?: unknown } | undefined };

/**
 * `@google/genai` 1 to 3. The package holds one bundle each for Node (the main entry, also as `/node`), for browsers
 * (`/web`) and for unknown runtimes; each bundle has separate classes.
 *
 * The constructor of `Models` assigns the public methods. The public methods send requests through methods of the
 * prototype, one call per request. We patch the prototype, so chats, automatic function calling and automatic continuation
 * are recorded too.
 */
export const googleGenAI: Provider = {
  ...sdks.googleGenAI,
  patch(exports, patcher) {
    const module = exports as Exports & { readonly default?: Exports };
    const classes = module.Models === undefined ? module.default : module;
    const patched = patchModels(classes?.Models?.prototype, patcher);
    patchFunctionCalling(classes?.Models?.prototype, patcher);
    patchHttpResponses(classes?.HttpResponse?.prototype, patcher);
    patchInteractions(classes?.GoogleGenAI?.prototype, patcher);
    return patched;
  },

  instrument(client, patcher) {
    const models = asObject((client as { models?: unknown }).models);
    if (typeof models?.generateContentInternal !== 'function') return false;
    patchFunctionCallingOf(models, patcher);
    if (!isRecorded(models.generateContentInternal)) patchHttpResponsesOf(models.apiClient, patcher);
    patchInteractions(client, patcher);
    return patchModels(models, patcher);
  },
};

function patchModels(models: unknown, patcher: Patcher): boolean {
  const makeCall = asyncCalls(signalOf);
  let patched = false;
  for (const [name, reader] of METHODS)
    patched = patcher.wrap(models, name, recordedMethod(reader, makeCall)) || patched;
  return patched;
}
