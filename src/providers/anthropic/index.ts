import { type Patcher, recordedMethod } from '../../patching/patcher.ts';
import { patchClient, stainlessCalls } from '../../patching/stainless.ts';
import type { Provider } from '../provider.ts';
import { completion, message } from './methods.ts';

type Statics = { readonly prototype?: unknown } & { readonly [name: string]: Statics | undefined };

/**
 * `@anthropic-ai/sdk` 0.20 to 1.x, and through its files bedrock-sdk, vertex-sdk, foundry-sdk and aws-sdk: those import
 * `client` (`core` before 0.50) and `resources/index`, never the main entry.
 */
export const anthropic: Provider = {
  name: 'anthropic',
  module: '@anthropic-ai/sdk',
  files: [
    'index',
    'core',
    'client',
    'resources/messages',
    'resources/messages/messages',
    'resources/beta/messages/messages',
    'resources/beta/prompt-caching/messages',
    'resources/beta/tools/messages',
    'resources/completions',
  ],
  userAgent: /^Anthropic(?:Bedrock|BedrockMantle|Vertex|Foundry|Aws)?\/JS /,
  patch(exports, patcher) {
    const module = exports as Statics;
    const client = module.Anthropic ?? module.default?.Anthropic ?? module.default;
    const clients = [module.APIClient, module.BaseAnthropic, client].map((of) => patchClient(of?.prototype, patcher));
    const { Messages, Completions } = module;
    const resources = [
      patchMessages(Messages, patcher),
      patchCompletions(Completions, patcher),
      patchMessages(client?.Messages, patcher),
      patchCompletions(client?.Completions, patcher),
      patchMessages(client?.Beta?.Messages, patcher),
      patchMessages(client?.Beta?.PromptCaching?.Messages, patcher),
      patchMessages(client?.Beta?.Tools?.Messages, patcher),
    ];
    return clients.includes(true) || resources.includes(true);
  },
};

function patchMessages(of: Statics | undefined, patcher: Patcher): boolean {
  return patcher.wrap(of?.prototype, 'create', recordedMethod(message, stainlessCalls(patcher)));
}

function patchCompletions(of: Statics | undefined, patcher: Patcher): boolean {
  return patcher.wrap(of?.prototype, 'create', recordedMethod(completion, stainlessCalls(patcher)));
}
