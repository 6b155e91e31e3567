/**
 * Parts of Gemini content as parts of the conventions. The API reads both spellings of a field (`functionCall`,
 * `function_call`), and generative-ai sends what it is given, so both are read here.
 */
import type { Part } from '../../../facts/messages.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A part without the fields that nothing was sent for. */
export function geminiPart(fields: { readonly type: string; readonly [field: string]: unknown }): Part {
  const out: Record<string, unknown> & { type: string } = { type: fields.type };
  for (const [key, value] of Object.entries(fields)) if (value !== undefined && value !== null) out[key] = value;
  return out;
}

/** `image/png` is an image; what has no modality of its own is a document. */
export function modality(mime: string | undefined): string {
  const kind = mime?.slice(0, mime.indexOf('/')) ?? '';
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document';
}

/** How each kind of part is read; the first field that a part has decides. */
const KINDS: readonly (readonly [field: string, snake: string, read: (value: Fields) => Part[]])[] = [
  ['functionCall', 'function_call', functionCall],
  ['functionResponse', 'function_response', functionResponse],
  ['inlineData', 'inline_data', inlineData],
  ['fileData', 'file_data', fileData],
  ['executableCode', 'executable_code', executableCode],
  ['codeExecutionResult', 'code_execution_result', codeExecutionResult],
  ['toolCall', 'tool_call', toolCall],
  ['toolResponse', 'tool_response', toolResponse],
];

/** Fields that go with a part and say nothing by themselves. */
const COMPANIONS: ReadonlySet<string> = new Set(
  ['thought', 'thoughtSignature', 'videoMetadata', 'mediaResolution', 'partMetadata', 'text'].flatMap((name) => [
    name,
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  ]),
);

/** One part of content, as zero, one or more parts. */
export function geminiPartOf(value: unknown): Part[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', content: value }];
  const fields = asObject(value);
  if (fields === undefined) return [];
  const content = asString(fields.text);
  if (content !== undefined) return [{ type: fields.thought === true ? 'reasoning' : 'text', content }];
  for (const [field, snake, read] of KINDS) {
    const body = asObject(fields[field]) ?? asObject(fields[snake]);
    if (body !== undefined) return read(body);
  }
  const other = Object.keys(fields).find((key) => !COMPANIONS.has(key));
  return other === undefined ? [] : [{ ...fields, type: other }];
}

/** All parts of a `Content`, of a list of parts or strings, or of one part or string. */
export function partsOf(value: unknown): Part[] {
  const parts = asArray(value) ?? asArray(asObject(value)?.parts);
  return parts === undefined ? geminiPartOf(value) : parts.flatMap(geminiPartOf);
}

function functionCall(call: Fields): Part[] {
  return [
    geminiPart({
      type: 'tool_call',
      id: asString(call.id),
      name: asString(call.name) ?? 'unknown',
      arguments: call.args,
    }),
  ];
}

function functionResponse(answer: Fields): Part[] {
  const media = asArray(answer.parts)?.flatMap(geminiPartOf) ?? [];
  return [
    geminiPart({
      type: 'tool_call_response',
      id: asString(answer.id),
      // The API matches answers to calls by name where a call has no id.
      name: asString(answer.name),
      response: answer.response ?? {},
    }),
    ...media,
  ];
}

function inlineData(data: Fields): Part[] {
  const mime_type = asString(data.mimeType) ?? asString(data.mime_type);
  return [geminiPart({ type: 'blob', modality: modality(mime_type), mime_type, content: asString(data.data) ?? '' })];
}

function fileData(file: Fields): Part[] {
  const uri = asString(file.fileUri) ?? asString(file.file_uri);
  const mime_type = asString(file.mimeType) ?? asString(file.mime_type);
  return uri === undefined ? [] : [geminiPart({ type: 'uri', modality: modality(mime_type), mime_type, uri })];
}

const CODE = 'code_execution';

function executableCode(code: Fields): Part[] {
  const call = { type: CODE, language: code.language, code: code.code };
  return [geminiPart({ type: 'server_tool_call', id: asString(code.id), name: CODE, server_tool_call: call })];
}

function codeExecutionResult(result: Fields): Part[] {
  const response = { type: CODE, outcome: result.outcome, output: result.output };
  return [
    geminiPart({ type: 'server_tool_call_response', id: asString(result.id), server_tool_call_response: response }),
  ];
}

function toolCall(call: Fields): Part[] {
  const type = toolType(call);
  return [
    geminiPart({
      type: 'server_tool_call',
      id: asString(call.id),
      name: type,
      server_tool_call: { type, args: call.args },
    }),
  ];
}

function toolResponse(answer: Fields): Part[] {
  const server_tool_call_response = { type: toolType(answer), response: answer.response };
  return [geminiPart({ type: 'server_tool_call_response', id: asString(answer.id), server_tool_call_response })];
}

function toolType(tool: Fields): string {
  return asString(tool.toolType)?.toLowerCase() ?? asString(tool.tool_type)?.toLowerCase() ?? 'tool';
}
