import type { Provider } from '../patching/provider.ts';
import { clients } from '../providers/clients.ts';

type Exports = Readonly<Record<string, unknown>> & { readonly default?: Readonly<Record<string, unknown>> };

/** A class exported by each SDK, by the npm name of the SDK. */
const CLASSES: Readonly<Record<string, string>> = {
  openai: 'OpenAI',
  '@anthropic-ai/sdk': 'Anthropic',
  '@google/generative-ai': 'GoogleGenerativeAI',
  '@google/genai': 'GoogleGenAI',
};

/**
 * The provider of an SDK, found by the exports: the namespace, `module.exports`, or the class that holds all other
 * exports.
 */
export function providerOf(sdk: object): Provider {
  const exports = sdk as Exports;
  for (const { module, load } of Object.values(clients)) {
    const name = CLASSES[module];
    if (name !== undefined && typeof (exports[name] ?? exports.default?.[name]) === 'function') return load();
  }
  const names = Object.keys(CLASSES).join(', ');
  throw new Error(`capture.patch(): expected what one of ${names} exports, such as await import('openai')`);
}
