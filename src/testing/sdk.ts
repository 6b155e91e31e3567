import type { Provider, ProviderEntry } from '../patching/provider.ts';
import { clients } from '../providers/clients.ts';

type Exports = Readonly<Record<string, unknown>> & { readonly default?: Readonly<Record<string, unknown>> };

/**
 * The provider of an SDK, found by the exports: the namespace, `module.exports`, or the class that holds all other
 * exports.
 */
export function providerOf(sdk: object): Provider {
  const exports = sdk as Exports;
  const isExported = (name: string): boolean => typeof (exports[name] ?? exports.default?.[name]) === 'function';
  const entries: readonly ProviderEntry[] = Object.values(clients);
  const entry = entries.find(({ clientClasses }) => clientClasses?.some(isExported));
  if (entry !== undefined) return entry.load();
  const names = entries.map(({ module }) => module).join(', ');
  throw new Error(`capture.patch(): expected what one of ${names} exports, such as await import('openai')`);
}
