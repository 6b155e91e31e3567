/**
 * `interactions.create`. From 1.34 to 1.52 the resource is made by Stainless; from 2.0 it is an async function over a
 * client of another make, whose streams are `ReadableStream`s. Neither class is exported: both are found on the object that
 * the getter `interactions` of the client returns.
 */

import type { CallReader } from '../../facts/call.ts';
import { readableCalls } from '../../patching/calls/readable-calls.ts';
import { stainlessCalls } from '../../patching/stainless/stainless.ts';
import { patchClient } from '../../patching/stainless/stainless-requests.ts';
import { type Patcher, recordedMethod } from '../../patching/wrapping/patcher.ts';
import { modelName } from '../formats/gemini/request.ts';
import { addressOf } from '../reading/endpoint.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { endpointOf } from './endpoint.ts';
import { interactionInput, interactionOutput } from './interaction-content.ts';
import { InteractionContentAccumulator } from './interaction-content-stream.ts';
import { interactionAttributes } from './interaction-request.ts';
import { InteractionReader, interactionFacts } from './interaction-response.ts';

/** Patches the resource of a class of clients, or of one client, when the application first asks for it. */
export function patchInteractions(clients: unknown, patcher: Patcher): void {
  patcher.wrapGetter(clients, 'interactions', (interactions) => {
    const owner = patcher.wrapTarget(interactions, 'create');
    if (owner === undefined || !patcher.isFirstSeen(owner)) return;
    const client = asObject(asObject(interactions)?._client);
    const stainless = client !== undefined && patchClient(client, patcher);
    patcher.wrap(
      owner,
      'create',
      recordedMethod(create, stainless ? stainlessCalls(patcher) : readableCalls(signalOf)),
    );
  });
}

function signalOf(_self: unknown, args: readonly unknown[]): AbortSignal | undefined {
  const options = asObject(args[1]);
  const signal = options?.signal ?? asObject(options?.fetchOptions)?.signal ?? asObject(options?.fetch_options)?.signal;
  return signal instanceof AbortSignal ? signal : undefined;
}

const create: CallReader = {
  operation: 'generate_content',
  request(self, args) {
    const params = asObject(args[0]) ?? {};
    const resource = asObject(self);
    const client = asObject(resource?._client);
    return {
      operation: 'generate_content',
      ...(client === undefined
        ? endpointOf(resource?.parentClient)
        : { ...endpointOf(client.clientAdapter), ...addressOf(asString(client.baseURL)) }),
      model: modelName(params.model),
      stream: params.stream === true,
      tier: asString(params.service_tier),
      attributes: interactionAttributes(params),
    };
  },
  response: interactionFacts,
  stream: (content, limit) => new InteractionReader(content ? new InteractionContentAccumulator(limit) : undefined),
  input: (args) => interactionInput(args[0]),
  output: interactionOutput,
};
