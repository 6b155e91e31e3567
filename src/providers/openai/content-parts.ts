/**
 * Elements of message content, of chat completions and of Responses, as parts of the conventions. OpenAI-compatible
 * providers send a few kinds of their own (Mistral's thinking and documents, OpenRouter's videos).
 */
import type { Part } from '../../facts/messages.ts';
import { generic, part, reasoning, text } from '../reading/content-parts.ts';
import { arr, obj, str } from '../reading/unknown-values.ts';

type Element = Readonly<Record<string, unknown>>;

/** What the model said instead of an answer: a part of its own, so that it is not taken for one. */
export const refusal = (content: unknown): Part[] => (str(content) === undefined ? [] : [{ type: 'refusal', content }]);

/** How each kind of element is read. A kind that is not here is kept as it is, as a generic part. */
const ELEMENTS: Readonly<Record<string, (element: Element) => Part[]>> = {
  text: (e) => text(e.text),
  input_text: (e) => text(e.text),
  output_text: (e) => text(e.text),
  summary_text: (e) => reasoning(e.text),
  reasoning_text: (e) => reasoning(e.text),
  thinking: (e) => reasoning(textOf(e.thinking)),
  refusal: (e) => refusal(e.refusal),
  image_url: (e) => reference('image', e.image_url),
  input_image: (e) => (str(e.file_id) ? stored('image', e) : reference('image', e.image_url)),
  computer_screenshot: (e) => (str(e.file_id) ? stored('image', e) : reference('image', e.image_url)),
  video_url: (e) => reference('video', e.video_url),
  document_url: (e) => reference('document', e.document_url),
  audio_url: (e) => reference('audio', e.audio_url),
  input_audio: (e) => audio(e.input_audio),
  file: (e) => file(obj(e.file) ?? e),
  input_file: (e) => file(e),
};

/** Message content of any form (a text, an element, a list of either) as parts. */
export function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return text(content);
  const list = arr(content);
  if (list !== undefined) return list.flatMap(elementParts);
  return elementParts(content);
}

function elementParts(element: unknown): Part[] {
  if (typeof element === 'string') return text(element);
  const object = obj(element);
  if (object === undefined) return [];
  const type = str(object.type);
  if (type === undefined) return text(object.text);
  return ELEMENTS[type]?.(object) ?? [generic(object, type)];
}

/** All text of content, for places where the conventions want a string. */
export function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  const texts = (arr(content) ?? []).map((element) => str(element) ?? str(obj(element)?.text) ?? '');
  return str(texts.join(''));
}

/** What a tool gave back: text where it is nothing but text, else its parts. */
export function toolResponse(content: unknown): unknown {
  const list = arr(content);
  if (list === undefined) return content ?? '';
  const parts = list.flatMap(elementParts);
  return parts.every((part) => part.type === 'text') ? parts.map((part) => part.content).join('') : parts;
}

/** A link, or a data URL, which is made a blob when it is recorded. */
function reference(modality: string, target: unknown): Part[] {
  const uri = str(target) ?? str(obj(target)?.url);
  return uri === undefined ? [] : [{ type: 'uri', modality, uri }];
}

function stored(modality: string, element: Element): Part[] {
  return [part({ type: 'file', modality, file_id: str(element.file_id), filename: str(element.filename) })];
}

function audio(value: unknown): Part[] {
  const sound = obj(value);
  const format = str(sound?.format);
  const mime_type = format === undefined ? undefined : `audio/${format}`;
  return str(sound?.data) === undefined
    ? []
    : [part({ type: 'blob', modality: 'audio', mime_type, content: sound?.data })];
}

function file(element: Element): Part[] {
  const filename = str(element.filename);
  if (str(element.file_id) !== undefined) return stored('document', element);
  const uri = str(element.file_url);
  if (uri !== undefined) return [part({ type: 'uri', modality: 'document', uri, filename })];
  const data = str(element.file_data);
  if (data === undefined) return filename === undefined ? [] : [{ type: 'file_name', filename }];
  if (data.startsWith('data:') || /^https?:/.test(data))
    return [part({ type: 'uri', modality: 'document', uri: data, filename })];
  return [part({ type: 'blob', modality: 'document', content: data, filename })];
}
