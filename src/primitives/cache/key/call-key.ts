import { sharedConfig } from '../../../config/shared-config.ts';
import { activeContext, hasContextManager } from '../../../otel/globals.ts';
import { warnOnce } from '../../../runtime/log.ts';
import { addScopedAttributes } from '../../../scope/custom-attributes.ts';
import type { CacheSettings } from '../cache-settings.ts';
import { cacheKey } from './cache-key.ts';
import { UnkeyableError } from './canonical-json.ts';

type Settings = Pick<CacheSettings, 'namespace' | 'version' | 'keySecret' | 'key' | 'varyBy'>;

/**
 * The key of a call. `route` is the route around the cache: routes may be different models. Throws for an input without a
 * canonical text, and the errors of the option `key`.
 */
export function callKey(input: unknown, settings: Settings, route?: string): string {
  const { key, varyBy } = settings;
  const scope = [route ?? null, varyBy.length === 0 ? null : scopeValues(varyBy)];
  return cacheKey(key === undefined ? input : key(input), scope, settings);
}

/** Values of the attributes of all scopes around the call, by name. */
function scopeValues(names: readonly string[]): Record<string, unknown> {
  if (!hasContextManager()) {
    warnOnce(
      'createCache: varyBy needs a context manager of OpenTelemetry, and there is none: calls are not cached. Start with register, or register a context manager.',
    );
    throw new UnkeyableError('no scopes');
  }
  const attributes: Record<string, unknown> = {};
  addScopedAttributes(attributes as Parameters<typeof addScopedAttributes>[0], activeContext(), sharedConfig());
  return Object.fromEntries(names.map((name) => [name, attributes[name] ?? null]));
}

/** The key of a call, or `undefined` for a call without a key. Never throws. */
export function callKeyOrNone(input: unknown, settings: Settings, route?: string): string | undefined {
  try {
    return callKey(input, settings, route);
  } catch (error) {
    if (!(error instanceof UnkeyableError))
      warnOnce('createCache: an input could not be read, or the option key threw; such calls are not cached.');
    return undefined;
  }
}
