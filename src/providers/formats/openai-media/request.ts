/** Attributes of requests for images, speech and transcriptions. */
import type { Attributes } from '@opentelemetry/api';
import { OUTPUT_TYPE, REQUEST_CHOICE_COUNT, REQUEST_STREAM, REQUEST_TEMPERATURE } from '../../../facts/semconv.ts';
import { integerAttribute, numberAttribute } from '../../reading/request-attributes.ts';
import type { Params } from '../../reading/stainless-arguments.ts';

/** `images.*` */
export function imageAttributes(p: Params): Attributes {
  const attributes: Attributes = { [OUTPUT_TYPE]: 'image' };
  if (p.n !== 1) integerAttribute(attributes, REQUEST_CHOICE_COUNT, p.n);
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
  return attributes;
}

/** `audio.speech.create` */
export function speechAttributes(): Attributes {
  return { [OUTPUT_TYPE]: 'speech' };
}

/** `audio.transcriptions.create` and `audio.translations.create` */
export function transcriptionAttributes(p: Params): Attributes {
  const attributes: Attributes = {};
  numberAttribute(attributes, REQUEST_TEMPERATURE, p.temperature);
  if (p.stream === true) attributes[REQUEST_STREAM] = true;
  return attributes;
}
