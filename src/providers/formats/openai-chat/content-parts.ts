/**
 * Elements of message content, of chat completions and of Responses, as parts of the conventions. OpenAI-compatible
 * providers send a few more kinds (Mistral's thinking and documents, OpenRouter's videos).
 */
import type { Part } from '../../../facts/messages.ts';
import { definedFields, nonEmptyText, reasoning, unknownPart } from '../../reading/content-parts.ts';
import { asArray, asObject, asString, entryOf } from '../../reading/unknown-values.ts';

type Element = Readonly<Record<string, unknown>>;

/** The refusal of a model: a part of its own, because a text part would be read as an answer. */
export const refusal = (content: unknown): Part[] =>
  asString(content) === undefined ? [] : [{ type: 'refusal', content }];

/** Readers by the kind of an element. An element of an unknown kind becomes a generic part with all its fields. */
const ELEMENTS: Readonly<Record<string, (element: Element) => Part[]>> = {
  text: (e) => nonEmptyText(e.text),
  input_text: (e) => nonEmptyText(e.text),
  output_text: (e) => nonEmptyText(e.text),
  summary_text: (e) => reasoning(e.text),
  reasoning_text: (e) => reasoning(e.text),
  thinking: (e) => reasoning(textOf(e.thinking)),
  refusal: (e) => refusal(e.refusal),
  image_url: (e) => reference('image', e.image_url),
  input_image: (e) => (asString(e.file_id) ? stored('image', e) : reference('image', e.image_url)),
  computer_screenshot: (e) => (asString(e.file_id) ? stored('image', e) : reference('image', e.image_url)),
  video_url: (e) => reference('video', e.video_url),
  document_url: (e) => reference('document', e.document_url),
  audio_url: (e) => reference('audio', e.audio_url),
  input_audio: (e) => audio(e.input_audio),
  file: (e) => file(asObject(e.file) ?? e),
  input_file: (e) => file(e),
};

/** Message content of any form (a text, an element, a list of either) as parts. */
export function openaiContentParts(content: unknown): Part[] {
  if (typeof content === 'string') return nonEmptyText(content);
  const list = asArray(content);
  if (list !== undefined) return list.flatMap(elementParts);
  return elementParts(content);
}

function elementParts(element: unknown): Part[] {
  if (typeof element === 'string') return nonEmptyText(element);
  const object = asObject(element);
  if (object === undefined) return [];
  const type = asString(object.type);
  if (type === undefined) return nonEmptyText(object.text);
  return entryOf(ELEMENTS, type)?.(object) ?? [unknownPart(object, type)];
}

/** All text of content, for places where the conventions want a string. */
export function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  const texts = (asArray(content) ?? []).map((element) => asString(element) ?? asString(asObject(element)?.text) ?? '');
  return asString(texts.join(''));
}

/** The result of a tool: a text if all parts are text, else the parts. */
export function toolResponse(content: unknown): unknown {
  const list = asArray(content);
  if (list === undefined) return content ?? '';
  const parts = list.flatMap(elementParts);
  return parts.every((part) => part.type === 'text') ? parts.map((part) => part.content).join('') : parts;
}

/** A link or a data URL; a data URL becomes a blob when the part is recorded. */
function reference(modality: string, target: unknown): Part[] {
  const uri = asString(target) ?? asString(asObject(target)?.url);
  return uri === undefined ? [] : [{ type: 'uri', modality, uri }];
}

function stored(modality: string, element: Element): Part[] {
  return [
    definedFields({ type: 'file', modality, file_id: asString(element.file_id), filename: asString(element.filename) }),
  ];
}

function audio(value: unknown): Part[] {
  const sound = asObject(value);
  const format = asString(sound?.format);
  const mime_type = format === undefined ? undefined : `audio/${format}`;
  return asString(sound?.data) === undefined
    ? []
    : [definedFields({ type: 'blob', modality: 'audio', mime_type, content: sound?.data })];
}

function file(element: Element): Part[] {
  const filename = asString(element.filename);
  if (asString(element.file_id) !== undefined) return stored('document', element);
  const uri = asString(element.file_url);
  if (uri !== undefined) return [definedFields({ type: 'uri', modality: 'document', uri, filename })];
  const data = asString(element.file_data);
  if (data === undefined) return filename === undefined ? [] : [{ type: 'file_name', filename }];
  if (data.startsWith('data:') || /^https?:/.test(data))
    return [definedFields({ type: 'uri', modality: 'document', uri: data, filename })];
  return [definedFields({ type: 'blob', modality: 'document', content: data, filename })];
}
