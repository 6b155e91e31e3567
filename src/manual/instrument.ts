import { type Config, type LlmOtelOptions, resolveConfig } from '../config/options.ts';
import { sharedConfig } from '../config/shared-config.ts';
import { scopeName } from '../patching/loading/patch-provider.ts';
import { markPatched } from '../patching/loading/warn-unpatched.ts';
import type { Provider, ProviderEntry } from '../patching/provider.ts';
import { InstancePatcher } from '../patching/wrapping/instance-patcher.ts';
import { Patcher } from '../patching/wrapping/patcher.ts';
import { clients } from '../providers/clients.ts';
import { swallow } from '../runtime/guard.ts';
import { warnOnce } from '../runtime/log.ts';
import { VERSION } from '../runtime/version.ts';
import { CallRecorder } from '../telemetry/call/call-recorder.ts';

/**
 * Records the calls of one client, for processes without module hooks: bundles, edge runtimes, Bun, Deno. Takes a client of
 * `openai`, `@anthropic-ai/sdk` (and the Bedrock, Vertex and Foundry clients), `@google/generative-ai` (also a single
 * model) or `@google/genai`, and returns the client. Objects made by the client are recorded too: `withOptions()`, models,
 * chats.
 *
 * No client of the class except `client` is changed. A client already recorded, by a hook or by an earlier call, stays
 * unchanged. A value of any other kind is returned unchanged, with one warning.
 *
 * @param options options of this client; default: the options of the instrumentations in the process, else the environment
 * @example
 * const openai = instrument(new OpenAI());
 */
export function instrument<T>(client: T, options?: LlmOtelOptions): T {
  try {
    const clientOptions = typeof options === 'object' && options !== null ? options : undefined;
    const config = clientOptions === undefined ? sharedConfig() : resolveConfig(clientOptions);
    if (config.enabled && !instrumentClient(client, config, clientOptions)) {
      const sdks = Object.values(clients).map(({ module }) => module);
      warnOnce(
        `instrument: expected a client of ${sdks.join(', ')}; this is none, or it is frozen, so its calls are not recorded.`,
      );
    }
  } catch (error) {
    swallow(error); // the traps of a proxy may throw
  }
  return client;
}

function instrumentClient(client: unknown, config: Config, options: object | undefined): boolean {
  if (typeof client !== 'object' || client === null || !Object.isExtensible(client)) return false;
  for (const { load } of likeliestFirst(client)) {
    const provider: Provider = load();
    if (provider.instrument?.(client, new InstancePatcher(patcherOf(provider, config, options))) !== true) continue;
    markPatched(provider.module);
    return true;
  }
  return false;
}

/** SDKs that have a class of the client's name first: several SDKs have clients of the same shape. Bundlers remove names. */
function likeliestFirst(client: object): readonly ProviderEntry[] {
  const names = new Set<unknown>();
  for (let o: unknown = client; typeof o === 'object' && o !== null; o = Object.getPrototypeOf(o)) {
    const { constructor: made } = o as { readonly constructor?: { readonly name?: unknown } };
    names.add(made?.name);
  }
  const entries: readonly ProviderEntry[] = Object.values(clients);
  const isNamed = ({ clientClasses }: ProviderEntry): boolean =>
    clientClasses?.some((name) => names.has(name)) === true;
  return [...entries.filter(isNamed), ...entries.filter((entry) => !isNamed(entry))];
}

type Patchers = Map<Provider, Patcher>;

/** Patchers of clients without options. */
const defaultPatchers: Patchers = new Map();
/** Patchers by options: several clients may have the same options. */
const patchersByOptions = new WeakMap<object, Patchers>();

/** The shared patcher for clients of `provider`: a single recorder, and a single set of classes patched during calls. */
function patcherOf(provider: Provider, config: Config, options: object | undefined): Patcher {
  let patchers = options === undefined ? defaultPatchers : patchersByOptions.get(options);
  if (patchers === undefined) {
    patchers = new Map();
    patchersByOptions.set(options as object, patchers);
  }
  let patcher = patchers.get(provider);
  if (patcher === undefined) {
    patcher = new Patcher(new CallRecorder(scopeName(provider), VERSION, config));
    patchers.set(provider, patcher);
  } else if (options === undefined && patcher.telemetry.config !== config) patcher.telemetry.setConfig(config);
  return patcher;
}
