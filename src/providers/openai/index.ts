import type { Provider } from '../../patching/provider.ts';
import { stainlessCalls } from '../../patching/stainless/stainless.ts';
import { patchClient } from '../../patching/stainless/stainless-requests.ts';
import type { InstancePatcher } from '../../patching/wrapping/instance-patcher.ts';
import { type Patcher, recordedMethod } from '../../patching/wrapping/patcher.ts';
import { asObject } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { askForUsage } from './ask-for-usage.ts';
import { METHODS } from './methods.ts';
import { patchRunTools } from './run-tools.ts';

type Statics = { readonly prototype?: unknown } & { readonly [name: string]: Statics | undefined };

/** `Chat.Completions` from the statics of the client class. */
function classAt(root: Statics, path: string): Statics | undefined {
  return path.split('.').reduce<Statics | undefined>((at, name) => at?.[name], root);
}

/**
 * `openai` 4 to 7 and OpenAI-compatible servers. Every resource class is a static of the client class of its own module
 * format, so the main entry or `client` is enough to reach all of them.
 */
export const openai: Provider = {
  ...sdks.openai,
  patch(exports, patcher) {
    const module = exports as Statics;
    const client = module.OpenAI ?? module.default?.OpenAI ?? module.default;
    // The file of beta.chat.completions exports the one class that has helpers only.
    if (module.OpenAI === undefined && module.Completions !== undefined)
      return patchRunTools(module.Completions.prototype, patcher);
    return client !== undefined && patchMethods(client.prototype, (path) => classAt(client, path)?.prototype, patcher);
  },

  instrument,
};

function instrument(client: object, patcher: InstancePatcher): boolean {
  // Other SDKs of the same make have resources of other names.
  if (typeof asObject(resourceAt(client, 'Chat.Completions'))?.create !== 'function') return false;
  if (!patchMethods(client, (path) => resourceAt(client, path), patcher)) return false;
  patchRunTools(resourceAt(client, 'Beta.Chat.Completions'), patcher);
  patcher.derive(client, 'withOptions', instrument);
  return true;
}

/** `client.chat.completions` for `Chat.Completions`. */
function resourceAt(client: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, name) => asObject(at)?.[`${name.charAt(0).toLowerCase()}${name.slice(1)}`], client);
}

/** `resource` finds classes or objects by the name of the class. */
function patchMethods(client: unknown, resource: (path: string) => unknown, patcher: Patcher): boolean {
  if (!patchClient(client, patcher)) return false;
  const makeCall = stainlessCalls(patcher, askForUsage);
  let known = false;
  for (const [path, name, reader] of METHODS) {
    const done = patcher.wrap(resource(path), name, recordedMethod(reader, makeCall));
    known ||= done;
  }
  patchRunTools(resource('Chat.Completions'), patcher);
  return known;
}
