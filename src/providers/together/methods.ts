/** Every recorded method of the SDK, and how its arguments and answers are read. */
import type { StainlessMethod } from '../../patching/stainless/stainless-sdk.ts';
import { bodyReader, CHAT, COMPLETION, EMBEDDINGS, type FindEndpoint, RERANK } from '../formats/openai-chat/readers.ts';
import { IMAGE, SPEECH, TRANSCRIPTION, TRANSLATION } from '../formats/openai-media/media-readers.ts';
import { endpointOf } from '../reading/endpoint.ts';

/** A base URL can name another provider, as for `openai`. */
const endpoint: FindEndpoint = (client, hosts) => endpointOf(client, 'together_ai', hosts);

/** Path of the resource, method, reader. */
export const METHODS: readonly StainlessMethod[] = [
  ['Chat.Completions', 'create', bodyReader(endpoint, CHAT)],
  ['Completions', 'create', bodyReader(endpoint, COMPLETION)],
  ['Embeddings', 'create', bodyReader(endpoint, EMBEDDINGS)],
  ['Rerank', 'create', bodyReader(endpoint, RERANK)],
  ['Images', 'generate', bodyReader(endpoint, IMAGE)],
  ['Audio.Speech', 'create', bodyReader(endpoint, SPEECH)],
  ['Audio.Transcriptions', 'create', bodyReader(endpoint, TRANSCRIPTION)],
  ['Audio.Translations', 'create', bodyReader(endpoint, TRANSLATION)],
];
