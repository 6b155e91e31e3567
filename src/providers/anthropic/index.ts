import { type MakeCall, ownerOf, type Patcher } from '../../patching/patcher.ts';
import { stainlessCalls } from '../../patching/stainless.ts';
import { patchClient } from '../../patching/stainless-requests.ts';
import { keepOneTraceContext } from '../../patching/trace-headers.ts';
import { clientOf } from '../params.ts';
import type { Provider } from '../provider.ts';
import { sdks } from '../sdks.ts';
import { completion, message } from './methods.ts';
import { carryTraceContext, recordedRequest, requestHelper } from './native.ts';
import { patchToolRunner } from './run-tools.ts';

type Statics = { readonly prototype?: unknown } & { readonly [name: string]: Statics | undefined };

/**
 * `@anthropic-ai/sdk` 0.20 to 1.x, and through its files bedrock-sdk, vertex-sdk, foundry-sdk and aws-sdk: those import
 * `client` (`core` before 0.50) and `resources/index`, never the main entry.
 */
export const anthropic: Provider = {
  ...sdks.anthropic,
  patch(exports, patcher) {
    const module = exports as Statics;
    const client = module.Anthropic ?? module.default?.Anthropic ?? module.default;
    const requests = patchAnthropicClient((module.BaseAnthropic ?? client)?.prototype, patcher);
    const makeCall = anthropicCalls(patcher);
    const resources = [
      patchMessages(module.Messages, patcher, makeCall),
      patchMessages(client?.Messages, patcher, makeCall),
      patchMessages(client?.Beta?.Messages, patcher, makeCall),
      patchMessages(client?.Beta?.PromptCaching?.Messages, patcher, makeCall),
      patchMessages(client?.Beta?.Tools?.Messages, patcher, makeCall),
      patchCompletions(module.Completions, patcher, makeCall),
      patchCompletions(client?.Completions, patcher, makeCall),
    ];
    return requests || resources.includes(true);
  },
};

/** The client of a sibling package before 0.50 is reached by none of the watched files: it is found on the first call. */
function anthropicCalls(patcher: Patcher): MakeCall {
  const call = stainlessCalls(patcher);
  return (operation, method, self, args) => {
    const client = clientOf(self);
    const prototype: unknown = typeof client === 'object' && client !== null && Object.getPrototypeOf(client);
    if (typeof prototype === 'object' && prototype !== null && !patcher.visited.has(prototype)) {
      patcher.visited.add(prototype);
      patchAnthropicClient(prototype, patcher);
    }
    return call(operation, method, self, args);
  };
}

function patchAnthropicClient(prototype: unknown, patcher: Patcher): boolean {
  const base = ownerOf(prototype, 'makeTracedRequest');
  if (base !== undefined) {
    keepOneTraceContext(sdks.anthropic.userAgent);
    // A method of the same class only: an override may sign what it sees.
    patcher.wrap(Object.hasOwn(base, 'prepareRequest') ? base : undefined, 'prepareRequest', carryTraceContext);
  }
  return patchClient(prototype, patcher);
}

function patchMessages(of: Statics | undefined, patcher: Patcher, makeCall: MakeCall): boolean {
  patcher.wrap(of?.prototype, 'stream', requestHelper);
  patchToolRunner(of?.prototype, patcher);
  return patcher.wrap(of?.prototype, 'create', recordedRequest(message, makeCall));
}

function patchCompletions(of: Statics | undefined, patcher: Patcher, makeCall: MakeCall): boolean {
  return patcher.wrap(of?.prototype, 'create', recordedRequest(completion, makeCall));
}
