import { iterableCalls } from '../../patching/calls/iterable-calls.ts';
import type { Provider } from '../../patching/provider.ts';
import { type Patcher, recordedMethod } from '../../patching/wrapping/patcher.ts';
import { asObject, asSignal } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { METHODS } from './methods.ts';

interface Exports {
  readonly Ollama?: { readonly prototype?: object };
  readonly default?: Exports;
}

/** `ollama`. The class in `dist/index` extends the class in `dist/browser`, and both may be loaded. */
export const ollama: Provider = {
  ...sdks.ollama,
  patch(exports, patcher) {
    const module = exports as Exports;
    const prototype = (module.Ollama ?? module.default?.Ollama)?.prototype;
    return prototype !== undefined && patchMethods((name) => patcher.wrapTarget(prototype, name), patcher);
  },

  instrument(client, patcher) {
    if (typeof (client as { processStreamableRequest?: unknown }).processStreamableRequest !== 'function') return false;
    return patchMethods(() => client, patcher);
  },
};

/** `targetOf`: the object that has the method. */
function patchMethods(targetOf: (name: string) => object | undefined, patcher: Patcher): boolean {
  // `stream.abort()` and `client.abort()` abort the controller of the stream.
  const makeCall = iterableCalls({
    signalOfStream: (stream) => asSignal(asObject(asObject(stream)?.abortController)?.signal),
  });
  let patched = false;
  for (const [name, reader] of METHODS)
    patched = patcher.wrap(targetOf(name), name, recordedMethod(reader, makeCall)) || patched;
  return patched;
}
