import { warnOnce } from '../log.ts';
import type { Provider } from '../providers/provider.ts';
import type { Patcher } from './patcher.ts';
import { markPatched } from './unpatched.ts';

/** Name of the tracer, meter and logger of a provider's calls. */
export function scopeName(provider: Provider): string {
  return `@x/llm-otel/${provider.name}`;
}

/** Patches what a file of the SDK exports; says so if nothing in it is known. */
export function patchExports(provider: Provider, exports: unknown, patcher: Patcher, location?: string): boolean {
  let known = false;
  try {
    known = provider.patch(exports, patcher);
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
