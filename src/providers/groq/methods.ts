/** Every recorded method of the SDK, and how its arguments and answers are read. */
import type { StainlessMethod } from '../../patching/stainless/stainless-sdk.ts';
import { bodyReader, CHAT, EMBEDDINGS, type FindEndpoint } from '../formats/openai-chat/readers.ts';
import { SPEECH, TRANSCRIPTION, TRANSLATION } from '../formats/openai-media/media-readers.ts';
import { endpointOf } from '../reading/endpoint.ts';

/** A base URL can name another provider, as for `openai`. */
const endpoint: FindEndpoint = (client, hosts) => endpointOf(client, 'groq', hosts);

/** Path of the resource, method, reader. */
export const METHODS: readonly StainlessMethod[] = [
  ['Chat.Completions', 'create', bodyReader(endpoint, CHAT)],
  ['Embeddings', 'create', bodyReader(endpoint, EMBEDDINGS)],
  ['Audio.Speech', 'create', bodyReader(endpoint, SPEECH)],
  ['Audio.Transcriptions', 'create', bodyReader(endpoint, TRANSCRIPTION)],
  ['Audio.Translations', 'create', bodyReader(endpoint, TRANSLATION)],
];
