import { type Patcher, recordedMethod } from '../../patching/patcher.ts';
import { stainlessCalls } from '../../patching/stainless.ts';
import { patchClient } from '../../patching/stainless-requests.ts';
import type { Provider } from '../provider.ts';
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
    return client !== undefined && patchMethods(client, patcher);
  },
};

function patchMethods(client: Statics, patcher: Patcher): boolean {
  if (!patchClient(client.prototype, patcher)) return false;
  const makeCall = stainlessCalls(patcher, askForUsage);
  let known = false;
  for (const [path, name, reader] of METHODS) {
    const done = patcher.wrap(classAt(client, path)?.prototype, name, recordedMethod(reader, makeCall));
    known ||= done;
  }
  patchRunTools(classAt(client, 'Chat.Completions')?.prototype, patcher);
  return known;
}
