/**
 * Parts of the AI SDK's prompts and answers as parts of the conventions. `ai` 5, 6 and 7 differ in the field that holds the
 * data of a file.
 */
import type { Part } from '../../facts/messages.ts';
import { modalityOf } from '../formats/gemini/content-parts.ts';
import { definedFields, nonEmptyText, reasoning, toolArguments, unknownPart } from '../reading/content-parts.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Reader of each kind of part. A kind without a row is kept unchanged, as a generic part. */
const PARTS: Readonly<Record<string, (fields: Fields) => Part[]>> = {
  text: (p) => nonEmptyText(p.text),
  reasoning: (p) => reasoning(p.text),
  file: (p) => file(p),
  image: (p) => file({ mediaType: 'image/*', ...p, data: p.data ?? p.image }),
  'reasoning-file': (p) => file(p),
  'tool-call': (p) => vercelToolCall(p),
  'tool-result': (p) => [
    definedFields({
      type: 'tool_call_response',
      id: asString(p.toolCallId),
      response: toolOutput(p.output ?? p.result),
    }),
  ],
  source: (p) => (asString(p.url) === undefined ? [] : [{ type: 'uri', modality: 'document', uri: asString(p.url) }]),
  // Approvals and marks of the SDK: neither a model nor a user wrote such a part.
  'tool-approval-request': () => [],
  'tool-approval-response': () => [],
  custom: () => [],
};

/** Content of any form (a text, a list of parts) as parts. */
export function vercelContentParts(content: unknown): Part[] {
  if (typeof content === 'string') return nonEmptyText(content);
  return (asArray(content) ?? []).flatMap(vercelPartOf);
}

/** A list with one part, or without any if `value` is not a part. */
export function vercelPartOf(value: unknown): Part[] {
  const fields = asObject(value);
  const type = asString(fields?.type);
  if (fields === undefined || type === undefined) return [];
  return Object.hasOwn(PARTS, type) ? (PARTS[type]?.(fields) ?? []) : [unknownPart(fields, type)];
}

/** A tool call. Its input is JSON text in an answer, and an object in a prompt. */
function vercelToolCall(fields: Fields): Part[] {
  const { toolCallId, toolName, input } = fields;
  return [
    definedFields({
      type: 'tool_call',
      id: asString(toolCallId),
      name: asString(toolName) ?? 'unknown',
      arguments: toolArguments(input),
    }),
  ];
}

/** The result of a tool, without the wrapping of `{type: 'text', value}`. */
function toolOutput(value: unknown): unknown {
  const output = asObject(value);
  if (asString(output?.type) === undefined || !('value' in (output ?? {}))) return value ?? '';
  return output?.type === 'content' ? vercelContentParts(output.value) : output?.value;
}

/** A file: bytes, base64, a link or a provider's id. Bare in 5 and 6; in an object with a `type` in 7. */
function file(fields: Fields): Part[] {
  const mime_type = asString(fields.mediaType) ?? asString(fields.mimeType);
  const filename = asString(fields.filename);
  const rest = {
    modality: modalityOf(mime_type),
    mime_type: mime_type?.endsWith('/*') ? undefined : mime_type,
    filename,
  };
  const tagged = ArrayBuffer.isView(fields.data) || fields.data instanceof URL ? undefined : asObject(fields.data);
  const data = tagged === undefined ? fields.data : (tagged.data ?? tagged.url ?? tagged.text);
  if (tagged?.type === 'text') return nonEmptyText(data);
  if (tagged?.type === 'reference')
    return [
      definedFields({ type: 'file', ...rest, file_id: asString(Object.values(asObject(tagged.reference) ?? {})[0]) }),
    ];
  if (data instanceof URL) return [definedFields({ type: 'uri', ...rest, uri: data.href })];
  if (ArrayBuffer.isView(data)) return [definedFields({ type: 'blob', ...rest, content: data })];
  if (typeof data !== 'string') return [];
  if (/^(?:https?|data|gs):/.test(data)) return [definedFields({ type: 'uri', ...rest, uri: data })];
  return [definedFields({ type: 'blob', ...rest, content: data })];
}
