/**
 * Parts of Gemini content as parts of the conventions. The API reads both spellings of a field (`functionCall`,
 * `function_call`), and generative-ai sends the application's spelling unchanged, so both spellings are read.
 */
import type { Part } from '../../../facts/messages.ts';
import { definedFields } from '../../reading/content-parts.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Modality of a MIME type: `image` for `image/png`; `document` for a type without a modality in the conventions. */
export function modalityOf(mime: string | undefined): string {
  const kind = mime?.slice(0, mime.indexOf('/')) ?? '';
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document';
}

/** Reader of each kind of part, by the first field found in the part. */
const READERS: readonly (readonly [field: string, snake: string, read: (value: Fields) => Part[]])[] = [
  ['functionCall', 'function_call', functionCall],
  ['functionResponse', 'function_response', functionResponse],
  ['inlineData', 'inline_data', inlineData],
  ['fileData', 'file_data', fileData],
  ['executableCode', 'executable_code', executableCode],
  ['codeExecutionResult', 'code_execution_result', codeExecutionResult],
  ['toolCall', 'tool_call', toolCall],
  ['toolResponse', 'tool_response', toolResponse],
];

/** Fields that accompany a part and form no part alone. */
const COMPANIONS: ReadonlySet<string> = new Set(
  ['thought', 'thoughtSignature', 'videoMetadata', 'mediaResolution', 'partMetadata', 'text'].flatMap((name) => [
    name,
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  ]),
);

/** Parts of the conventions for one part of Gemini's: none, one or several. */
export function geminiPartOf(value: unknown): Part[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', content: value }];
  const fields = asObject(value);
  if (fields === undefined) return [];
  const content = asString(fields.text);
  if (content !== undefined) return [{ type: fields.thought === true ? 'reasoning' : 'text', content }];
  for (const [field, snake, read] of READERS) {
    const body = asObject(fields[field]) ?? asObject(fields[snake]);
    if (body !== undefined) return read(body);
  }
  const other = Object.keys(fields).find((key) => !COMPANIONS.has(key));
  return other === undefined ? [] : [{ ...fields, type: other }];
}

/** All parts of a `Content`, of a list of parts or strings, or of one part or string. */
export function geminiPartsOf(value: unknown): Part[] {
  const parts = asArray(value) ?? asArray(asObject(value)?.parts);
  return parts === undefined ? geminiPartOf(value) : parts.flatMap(geminiPartOf);
}

function functionCall(call: Fields): Part[] {
  return [
    definedFields({
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
    definedFields({
      type: 'tool_call_response',
      id: asString(answer.id),
      // For calls without an id the API matches answers by name.
      name: asString(answer.name),
      response: answer.response ?? {},
    }),
    ...media,
  ];
}

function inlineData(data: Fields): Part[] {
  const mime_type = asString(data.mimeType) ?? asString(data.mime_type);
  return [
    definedFields({ type: 'blob', modality: modalityOf(mime_type), mime_type, content: asString(data.data) ?? '' }),
  ];
}

function fileData(file: Fields): Part[] {
  const uri = asString(file.fileUri) ?? asString(file.file_uri);
  const mime_type = asString(file.mimeType) ?? asString(file.mime_type);
  return uri === undefined ? [] : [definedFields({ type: 'uri', modality: modalityOf(mime_type), mime_type, uri })];
}

const CODE = 'code_execution';

function executableCode(code: Fields): Part[] {
  const call = { type: CODE, language: code.language, code: code.code };
  return [definedFields({ type: 'server_tool_call', id: asString(code.id), name: CODE, server_tool_call: call })];
}

function codeExecutionResult(result: Fields): Part[] {
  const response = { type: CODE, outcome: result.outcome, output: result.output };
  return [
    definedFields({ type: 'server_tool_call_response', id: asString(result.id), server_tool_call_response: response }),
  ];
}

function toolCall(call: Fields): Part[] {
  const type = toolType(call);
  return [
    definedFields({
      type: 'server_tool_call',
      id: asString(call.id),
      name: type,
      server_tool_call: { type, args: call.args },
    }),
  ];
}

function toolResponse(answer: Fields): Part[] {
  const server_tool_call_response = { type: toolType(answer), response: answer.response };
  return [definedFields({ type: 'server_tool_call_response', id: asString(answer.id), server_tool_call_response })];
}

function toolType(tool: Fields): string {
  return asString(tool.toolType)?.toLowerCase() ?? asString(tool.tool_type)?.toLowerCase() ?? 'tool';
}
