import { type Config, type LlmOtelOptions, resolveConfig } from '../config/options.ts';
import { sharedConfig } from '../config/shared-config.ts';
import { scopeName } from '../patching/loading/patch-provider.ts';
import { markPatched } from '../patching/loading/warn-unpatched.ts';
import type { Provider } from '../patching/provider.ts';
import { InstancePatcher } from '../patching/wrapping/instance-patcher.ts';
import { Patcher } from '../patching/wrapping/patcher.ts';
import { clients } from '../providers/clients.ts';
import { swallow } from '../runtime/guard.ts';
import { warnOnce } from '../runtime/log.ts';
import { VERSION } from '../runtime/version.ts';
import { CallRecorder } from '../telemetry/call/call-recorder.ts';

/**
 * Records the calls of one client, for processes where nothing can be hooked: bundles, edge runtimes, Bun, Deno. Takes a
 * client of `openai`, `@anthropic-ai/sdk` (and the Bedrock, Vertex and Foundry clients), `@google/generative-ai` (also one
 * model of it) or `@google/genai`, and returns it. What it makes is recorded too: `withOptions()`, models, chats.
 *
 * Other clients of the class stay what they are. A client that is recorded already, by a hook or by an earlier call, is
 * left as it is. For anything else there is one warning, and it comes back untouched.
 *
 * @param options of this client; without them those of the instrumentations in the process, else those of the environment
 * @example
 * const openai = instrument(new OpenAI());
 */
export function instrument<T>(client: T, options?: LlmOtelOptions): T {
  try {
    const given = typeof options === 'object' && options !== null ? options : undefined;
    const config = given === undefined ? sharedConfig() : resolveConfig(given);
    if (config.enabled && !isInstrumented(client, config, given))
      warnOnce(
        'instrument: expected a client of openai, @anthropic-ai/sdk, @google/generative-ai or @google/genai; ' +
          'this is none, or it is frozen, so its calls are not recorded.',
      );
  } catch (error) {
    swallow(error); // a proxy whose traps throw
  }
  return client;
}

function isInstrumented(client: unknown, config: Config, options: object | undefined): boolean {
  if (typeof client !== 'object' || client === null || !Object.isExtensible(client)) return false;
  for (const { load } of Object.values(clients)) {
    const provider: Provider = load();
    if (provider.instrument?.(client, new InstancePatcher(patcherOf(provider, config, options))) !== true) continue;
    markPatched(provider.module);
    return true;
  }
  return false;
}

type Patchers = Map<Provider, Patcher>;

/** Without options. */
const common: Patchers = new Map();
/** Several clients may be given the same options. */
const own = new WeakMap<object, Patchers>();

/** What clients of `provider` share: where they record to, and the patches of classes that turn up during calls. */
function patcherOf(provider: Provider, config: Config, options: object | undefined): Patcher {
  let patchers = options === undefined ? common : own.get(options);
  if (patchers === undefined) {
    patchers = new Map();
    own.set(options as object, patchers);
  }
  let patcher = patchers.get(provider);
  if (patcher === undefined) {
    patcher = new Patcher(new CallRecorder(scopeName(provider), VERSION, config));
    patchers.set(provider, patcher);
  } else if (options === undefined && patcher.telemetry.config !== config) patcher.telemetry.setConfig(config);
  return patcher;
}
