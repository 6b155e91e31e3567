import { warnOnce } from '../../runtime/log.ts';
import type { Provider, Sdk } from '../provider.ts';
import type { Bindings } from '../wrapping/binding.ts';
import type { Patcher } from '../wrapping/patcher.ts';
import { markPatched } from './warn-unpatched.ts';

/** Name of the tracer, meter and logger of a provider's calls. */
export function scopeName({ name }: Sdk): string {
  return `@x/llm-otel/${name}`;
}

/** Where a file was loaded from, and the names of its scope that were asked for. */
export interface Loaded {
  readonly location?: string;
  readonly bindings?: Bindings | undefined;
}

/** Patches what a file of the SDK exports; says so if nothing in it is known. */
export function patchExports(provider: Provider, exports: unknown, patcher: Patcher, loaded: Loaded = {}): boolean {
  const { location, bindings } = loaded;
  let known = false;
  try {
    known = provider.patch(exports, patcher, bindings);
  } catch {
    known = false;
  }
  if (known) markPatched(provider.module);
  else
    warnOnce(
      `${provider.module}${location === undefined ? '' : ` (${location})`} was loaded but has no class that can be patched, so its calls are not recorded. ` +
        'Update @x/llm-otel, or tell its maintainers which version of the SDK this is.',
    );
  return known;
}
