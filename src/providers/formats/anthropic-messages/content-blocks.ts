/**
 * Content blocks, of requests and answers, as parts of the conventions. A tool that the application runs is a
 * `tool_call`, a tool that Anthropic or an MCP server runs a `server_tool_call`.
 */
import type { Part } from '../../../facts/messages.ts';
import { definedFields, nonEmptyText, reasoning, unknownPart } from '../../reading/content-parts.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';

type Block = Readonly<Record<string, unknown>>;

/** Encrypted fields: only Anthropic can read them. */
const OPAQUE = new Set(['encrypted_content', 'encrypted_stdout', 'encrypted_index', 'signature']);

/** Readers by the kind of a block. A block of an unknown kind becomes a generic part with all its fields. */
const BLOCKS: Readonly<Record<string, (block: Block) => Part[]>> = {
  text: (b) => nonEmptyText(b.text),
  thinking: (b) => reasoning(b.thinking),
  redacted_thinking: () => [{ type: 'redacted_thinking' }],
  tool_use: (b) => [toolUse(b, b.input)],
  server_tool_use: (b) => [toolUse(b, b.input)],
  mcp_tool_use: (b) => [toolUse(b, b.input)],
  tool_result: (b) => [
    definedFields({
      type: 'tool_call_response',
      id: asString(b.tool_use_id),
      response: toolResponse(b.content),
      is_error: b.is_error === true ? true : undefined,
    }),
  ],
  image: (b) => source('image', b.source),
  document: (b) => source('document', b.source, asString(b.title)),
  container_upload: (b) => stored('document', b.file_id),
  compaction: (b) => [definedFields({ type: 'compaction', content: asString(b.content) })],
};

/** Content of any form (a text, a block, a list of either) as parts. */
export function anthropicContentParts(content: unknown): Part[] {
  if (typeof content === 'string') return nonEmptyText(content);
  return (asArray(content) ?? [content]).flatMap((block) =>
    typeof block === 'string' ? nonEmptyText(block) : blockParts(block),
  );
}

/** One block. */
export function blockParts(value: unknown): Part[] {
  const block = asObject(value);
  const type = asString(block?.type);
  if (block === undefined || type === undefined) return [];
  if (Object.hasOwn(BLOCKS, type)) return BLOCKS[type]?.(block) ?? [];
  return type.endsWith('_tool_result') ? [serverResult(block, type)] : [unknownPart(block, type)];
}

/** A call of a tool; `input` may come in events after the block. */
export function toolUse(block: Block, input: unknown): Part {
  const id = asString(block.id);
  const name = asString(block.name) ?? 'unknown';
  if (block.type === 'tool_use') return definedFields({ type: 'tool_call', id, name, arguments: input });
  const server = asString(block.server_name);
  const server_tool_call = definedFields({ type: server === undefined ? name : 'mcp', server_name: server, input });
  return definedFields({ type: 'server_tool_call', id, name, server_tool_call });
}

function serverResult(block: Block, type: string): Part {
  return definedFields({
    type: 'server_tool_call_response',
    id: asString(block.tool_use_id),
    server_tool_call_response: definedFields({
      type: type.slice(0, -'_tool_result'.length),
      content: readable(block.content),
      is_error: block.is_error === true ? true : undefined,
    }),
  });
}

/** `content` without encrypted fields, which can be most of a result. */
function readable(content: unknown): unknown {
  const list = asArray(content);
  if (list !== undefined) return list.map(readable);
  const object = asObject(content);
  if (object === undefined) return content;
  return Object.fromEntries(Object.entries(object).filter(([key]) => !OPAQUE.has(key)));
}

/** The result of a tool: a text if all parts are text, else the parts. */
function toolResponse(content: unknown): unknown {
  if (typeof content === 'string') return content;
  const parts = (asArray(content) ?? []).flatMap(blockParts);
  return parts.every((p) => p.type === 'text') ? parts.map((p) => p.content).join('') : parts;
}

function stored(modality: string, id: unknown): Part[] {
  const file_id = asString(id);
  return file_id === undefined ? [] : [{ type: 'file', modality, file_id }];
}

function source(modality: string, value: unknown, filename?: string): Part[] {
  const from = asObject(value);
  const mime_type = asString(from?.media_type);
  switch (from?.type) {
    case 'base64':
      return [definedFields({ type: 'blob', modality, mime_type, content: asString(from.data) ?? '', filename })];
    case 'url':
      return [definedFields({ type: 'uri', modality, uri: asString(from.url) ?? '', filename })];
    case 'file':
      return stored(modality, from.file_id);
    case 'text':
      return nonEmptyText(from.data);
    case 'content':
      return anthropicContentParts(from.content);
    default:
      return [];
  }
}
