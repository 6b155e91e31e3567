import { warnOnce } from '../../runtime/log.ts';
import type { Provider, Sdk } from '../provider.ts';
import type { Bindings } from '../wrapping/binding.ts';
import type { Patcher } from '../wrapping/patcher.ts';
import { notePatched, tellPatched } from './tell-patched.ts';
import { markPatched } from './warn-unpatched.ts';

/** The name of the tracer, meter and logger that record a provider's calls. */
export function scopeName({ name }: Sdk): string {
  return `@x/llm-otel/${name}`;
}

/** The location of a loaded file, and the bindings asked for by {@link Sdk.bindings}. */
export interface LoadedFile {
  readonly location?: string;
  /** npm name of the package with the file, if the package is a companion of the SDK. Not every companion has classes. */
  readonly companion?: string | undefined;
  readonly bindings?: Bindings | undefined;
  /** True if the exports may be no SDK: nothing is said if no class is recognised. */
  readonly silent?: boolean;
}

/** Patches the exports of a file of the SDK. Warns if no class is recognised. */
export function patchExports(provider: Provider, exports: unknown, patcher: Patcher, loaded: LoadedFile = {}): boolean {
  const { location, companion, bindings } = loaded;
  const silent = loaded.silent === true || companion !== undefined;
  let patched = false;
  try {
    patched = provider.patch(exports, patcher, bindings);
  } catch {
    patched = false;
  }
  if (patched) {
    markPatched(provider.module);
    tellPatched(companion ?? provider.module, location);
    notePatched({ module: companion ?? provider.module, location, methods: () => patcher.methodNames() });
  } else if (!silent)
    warnOnce(
      `${provider.module}${location === undefined ? '' : ` (${location})`} was loaded but has no class that can be patched, so its calls are not recorded. ` +
        'Update @x/llm-otel, or tell its maintainers which version of the SDK this is.',
    );
  return patched;
}
