/** Every recorded method of the SDK, and how its arguments and answers are read. */
import type { StainlessMethod } from '../../patching/stainless/stainless-sdk.ts';
import { bodyReader, CHAT, COMPLETION, type FindEndpoint } from '../formats/openai-chat/readers.ts';
import { endpointOf } from '../reading/endpoint.ts';

/** A base URL can name another provider, as for `openai`. */
const endpoint: FindEndpoint = (client, hosts) => endpointOf(client, 'cerebras', hosts);

/** Path of the resource, method, reader. */
export const METHODS: readonly StainlessMethod[] = [
  ['Chat.Completions', 'create', bodyReader(endpoint, CHAT)],
  ['Completions', 'create', bodyReader(endpoint, COMPLETION)],
];
