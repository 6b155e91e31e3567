import type { Provider } from '../../patching/provider.ts';
import { stainlessProvider } from '../../patching/stainless/stainless-sdk.ts';
import { sdks } from '../sdks.ts';
import { askForUsage } from './ask-for-usage.ts';
import { METHODS } from './methods.ts';
import { patchRunTools } from './run-tools.ts';

const sdk = stainlessProvider(sdks.openai, METHODS, {
  amend: askForUsage,
  also(resource, patcher) {
    patchRunTools(resource('Chat.Completions'), patcher);
    patchRunTools(resource('Beta.Chat.Completions'), patcher);
  },
});

interface Exports {
  readonly OpenAI?: unknown;
  readonly Completions?: { readonly prototype?: unknown };
}

/** `openai` 4 to 7 and OpenAI-compatible servers: the main entry or `client` is enough to reach all resources. */
export const openai: Provider = {
  ...sdk,
  patch(exports, patcher) {
    const { OpenAI, Completions } = exports as Exports;
    // 4.x: the file of beta.chat.completions exports a class of helpers, and no static leads to the class.
    if (OpenAI === undefined && Completions !== undefined) return patchRunTools(Completions.prototype, patcher);
    return sdk.patch(exports, patcher);
  },
};
