/** Methods for images, speech and transcriptions, of OpenAI and of SDKs that took the methods over. */
import type { BodyMethod } from '../openai-chat/readers.ts';
import { plainFacts } from '../openai-chat/response.ts';
import { imageAttributes, speechAttributes, transcriptionAttributes } from './request.ts';
import { MediaReader } from './stream.ts';

/** `images.generate`, `images.edit`, `images.createVariation` */
export const IMAGE = {
  operation: 'image_generation',
  attributes: imageAttributes,
  response: plainFacts,
  stream: () => new MediaReader(),
} as const satisfies BodyMethod;

/** `audio.speech.create` */
export const SPEECH = {
  operation: 'speech',
  attributes: speechAttributes,
  response: plainFacts,
  stream: () => new MediaReader(),
} as const satisfies BodyMethod;

/** `audio.transcriptions.create` */
export const TRANSCRIPTION = {
  operation: 'transcription',
  attributes: transcriptionAttributes,
  response: plainFacts,
  stream: () => new MediaReader(),
} as const satisfies BodyMethod;

/** `audio.translations.create` */
export const TRANSLATION = { ...TRANSCRIPTION, operation: 'translation' } as const satisfies BodyMethod;
