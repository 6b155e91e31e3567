/**
 * Parts of the AI SDK's prompts and answers as parts of the conventions. The forms of `ai` 5, 6 and 7 differ in where the
 * data of a file is.
 */
import type { Part } from '../../facts/messages.ts';
import { modality } from '../formats/gemini/content-parts.ts';
import { generic, part, reasoning, text, toolArguments } from '../reading/content-parts.ts';
import { arr, obj, str } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** How each kind of part is read. A kind that is not here is kept as it is, as a generic part. */
const PARTS: Readonly<Record<string, (fields: Fields) => Part[]>> = {
  text: (p) => text(p.text),
  reasoning: (p) => reasoning(p.text),
  file: (p) => file(p),
  image: (p) => file({ mediaType: 'image/*', ...p, data: p.data ?? p.image }),
  'reasoning-file': (p) => file(p),
  'tool-call': (p) => toolCall(p),
  'tool-result': (p) => [
    part({ type: 'tool_call_response', id: str(p.toolCallId), response: toolOutput(p.output ?? p.result) }),
  ],
  source: (p) => (str(p.url) === undefined ? [] : [{ type: 'uri', modality: 'document', uri: str(p.url) }]),
  // Approvals and marks of the SDK's own: nothing that a model or a user wrote.
  'tool-approval-request': () => [],
  'tool-approval-response': () => [],
  custom: () => [],
};

/** Content of any form (a text, a list of parts) as parts. */
export function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return text(content);
  return (arr(content) ?? []).flatMap(partOf);
}

/** One part, as none or one. */
export function partOf(value: unknown): Part[] {
  const fields = obj(value);
  const type = str(fields?.type);
  if (fields === undefined || type === undefined) return [];
  return Object.hasOwn(PARTS, type) ? (PARTS[type]?.(fields) ?? []) : [generic(fields, type)];
}

/** A tool call; the input of an answer is JSON text, that of a prompt an object. */
export function toolCall(fields: Fields): Part[] {
  const { toolCallId, toolName, input } = fields;
  return [
    part({ type: 'tool_call', id: str(toolCallId), name: str(toolName) ?? 'unknown', arguments: toolArguments(input) }),
  ];
}

/** What a tool gave back: `{type: 'text', value}` and its like, without the wrapping. */
function toolOutput(value: unknown): unknown {
  const output = obj(value);
  if (str(output?.type) === undefined || !('value' in (output ?? {}))) return value ?? '';
  return output?.type === 'content' ? contentParts(output.value) : output?.value;
}

/** Bytes, base64, a link or a provider's id, bare (5, 6) or in an object that says which (7). */
function file(fields: Fields): Part[] {
  const mime_type = str(fields.mediaType) ?? str(fields.mimeType);
  const filename = str(fields.filename);
  const rest = {
    modality: modality(mime_type),
    mime_type: mime_type?.endsWith('/*') ? undefined : mime_type,
    filename,
  };
  const tagged = ArrayBuffer.isView(fields.data) || fields.data instanceof URL ? undefined : obj(fields.data);
  const data = tagged === undefined ? fields.data : (tagged.data ?? tagged.url ?? tagged.text);
  if (tagged?.type === 'text') return text(data);
  if (tagged?.type === 'reference')
    return [part({ type: 'file', ...rest, file_id: str(Object.values(obj(tagged.reference) ?? {})[0]) })];
  if (data instanceof URL) return [part({ type: 'uri', ...rest, uri: data.href })];
  if (ArrayBuffer.isView(data)) return [part({ type: 'blob', ...rest, content: data })];
  if (typeof data !== 'string') return [];
  if (/^(?:https?|data|gs):/.test(data)) return [part({ type: 'uri', ...rest, uri: data })];
  return [part({ type: 'blob', ...rest, content: data })];
}
