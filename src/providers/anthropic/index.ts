import { keepOneTraceContext } from '../../patching/calls/trace-headers.ts';
import type { Provider } from '../../patching/provider.ts';
import { stainlessCalls } from '../../patching/stainless/stainless.ts';
import { patchClient } from '../../patching/stainless/stainless-requests.ts';
import type { InstancePatcher } from '../../patching/wrapping/instance-patcher.ts';
import { type MakeCall, ownerOf, type Patcher } from '../../patching/wrapping/patcher.ts';
import { clientOf } from '../reading/stainless-arguments.ts';
import { asObject } from '../reading/unknown-values.ts';
import { sdks } from '../sdks.ts';
import { completion, message } from './methods.ts';
import { patchToolRunner } from './run-tools.ts';
import { carryTraceContext, keepTraceContext, recordedRequest, requestHelper } from './sdk-tracing.ts';

type Statics = { readonly prototype?: unknown } & { readonly [name: string]: Statics | undefined };

/**
 * `@anthropic-ai/sdk` 0.20 to 1.x, and through the same files bedrock-sdk, vertex-sdk, foundry-sdk and aws-sdk: the packages
 * import `client` (`core` before 0.50) and `resources/index`, never the main entry.
 */
export const anthropic: Provider = {
  ...sdks.anthropic,
  patch(exports, patcher) {
    const module = exports as Statics;
    const client = module.Anthropic ?? module.default?.Anthropic ?? module.default;
    const requests = patchAnthropicClient((module.BaseAnthropic ?? client)?.prototype, patcher);
    const makeCall = anthropicCalls(patcher);
    const resources = [
      patchMessages(module.Messages?.prototype, patcher, makeCall),
      patchMessages(client?.Messages?.prototype, patcher, makeCall),
      patchMessages(client?.Beta?.Messages?.prototype, patcher, makeCall),
      patchMessages(client?.Beta?.PromptCaching?.Messages?.prototype, patcher, makeCall),
      patchMessages(client?.Beta?.Tools?.Messages?.prototype, patcher, makeCall),
      patchCompletions(module.Completions?.prototype, patcher, makeCall),
      patchCompletions(client?.Completions?.prototype, patcher, makeCall),
    ];
    return requests || resources.includes(true);
  },

  instrument,
};

/** The members of a client that are patched. */
interface Client {
  readonly messages?: unknown;
  readonly completions?: unknown;
  readonly beta?: {
    readonly messages?: unknown;
    readonly promptCaching?: { readonly messages?: unknown };
    readonly tools?: { readonly messages?: unknown };
  };
}

function instrument(client: object, patcher: InstancePatcher): boolean {
  const { messages, completions, beta } = client as Client;
  if (typeof asObject(messages)?.create !== 'function' || !patchAnthropicClient(client, patcher)) return false;
  const makeCall = stainlessCalls(patcher);
  for (const resource of [messages, beta?.messages, beta?.promptCaching?.messages, beta?.tools?.messages])
    patchMessages(resource, patcher, makeCall);
  patchCompletions(completions, patcher, makeCall);
  patcher.derive(client, 'withOptions', instrument);
  return true;
}

/** No watched file leads to the client of a sibling package before 0.50: the class is patched at the first call. */
function anthropicCalls(patcher: Patcher): MakeCall {
  const call = stainlessCalls(patcher);
  return (operation, method, self, args) => {
    const client = clientOf(self);
    const prototype: unknown = typeof client === 'object' && client !== null && Object.getPrototypeOf(client);
    if (typeof prototype === 'object' && prototype !== null && patcher.isFirstSeen(prototype))
      patchAnthropicClient(prototype, patcher);
    return call(operation, method, self, args);
  };
}

/** Patches a class of clients (its prototype) or one client. */
function patchAnthropicClient(client: unknown, patcher: Patcher): boolean {
  const base = ownerOf(client, 'makeTracedRequest');
  if (base !== undefined) {
    keepOneTraceContext(sdks.anthropic.userAgent);
    // Only a method of the same class: an override may sign the present headers.
    const target = patcher.wrapTarget(client, 'makeTracedRequest');
    const carries =
      target === base ? Object.hasOwn(base, 'prepareRequest') : ownerOf(client, 'prepareRequest') === base;
    if (carries) patcher.wrap(target, 'prepareRequest', carryTraceContext);
  }
  return patchClient(client, patcher, keepTraceContext);
}

function patchMessages(messages: unknown, patcher: Patcher, makeCall: MakeCall): boolean {
  patcher.wrap(messages, 'stream', requestHelper);
  patchToolRunner(messages, patcher);
  return patcher.wrap(messages, 'create', recordedRequest(message, makeCall));
}

function patchCompletions(completions: unknown, patcher: Patcher, makeCall: MakeCall): boolean {
  return patcher.wrap(completions, 'create', recordedRequest(completion, makeCall));
}
