/**
 * Content of an interaction as messages and parts of the conventions: contents, steps (2.x), turns (1.x). A tool executed
 * by Google becomes `server_tool_call` and `server_tool_call_response`.
 */
import type { InputContent, Message, OutputMessage, Part, ToolDefinition } from '../../../facts/messages.ts';
import { modalityOf } from '../../formats/gemini/content-parts.ts';
import { definedFields } from '../../reading/content-parts.ts';
import { asArray, asObject, asString, entryOf } from '../../reading/unknown-values.ts';
import { interactionCallsFunction, interactionReason, stepsOf } from './response.ts';

type Item = Readonly<Record<string, unknown>>;

const ROLES: Readonly<Record<string, string>> = { model: 'assistant', model_output: 'assistant', user_input: 'user' };

/** Reader of each type of item. Items of Google's tools have no row: their types only share an ending. */
const READERS: ReadonlyMap<string, (item: Item) => Part[]> = new Map<string, (item: Item) => Part[]>([
  ['text', (item) => itemParts(item.text)],
  ['thought', (item) => itemParts(item.summary ?? item.content).map(asReasoning)],
  ['user_input', (item) => itemParts(item.content)],
  ['model_output', (item) => itemParts(item.content)],
  ['function_call', (item) => [functionCall(item)]],
  ['function_result', (item) => [functionResult(item)]],
  ['image', (item) => media(item, 'image')],
  ['audio', (item) => media(item, 'audio')],
  ['video', (item) => media(item, 'video')],
  ['document', (item) => media(item, 'document')],
]);

/** A text, an item, or a list of texts and items, as parts. */
export function itemParts(value: unknown): Part[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', content: value }];
  const list = asArray(value);
  if (list !== undefined) return list.flatMap(itemParts);
  const item = asObject(value);
  if (item === undefined) return [];
  const type = asString(item.type);
  return type === undefined ? itemParts(item.text ?? item.content) : typedItemParts(item, type);
}

function typedItemParts(item: Item, type: string): Part[] {
  const read = READERS.get(type);
  if (read !== undefined) return read(item);
  if (type.endsWith('_call')) return [serverCall(item, type.slice(0, -5))];
  if (type.endsWith('_result')) return [serverResponse(item, type.slice(0, -7))];
  return [{ ...item, type }];
}

function asReasoning(summary: Part): Part {
  return summary.type === 'text' ? { ...summary, type: 'reasoning' } : summary;
}

function functionCall(item: Item): Part {
  return definedFields({
    type: 'tool_call',
    id: asString(item.id),
    name: asString(item.name) ?? 'unknown',
    arguments: item.arguments,
  });
}

function functionResult(item: Item): Part {
  const { call_id, result } = item;
  return definedFields({
    type: 'tool_call_response',
    id: asString(call_id),
    name: asString(item.name),
    response: result ?? {},
  });
}

function media(item: Item, type: string): Part[] {
  const mime_type = asString(item.mime_type);
  const kind = mime_type === undefined ? type : modalityOf(mime_type);
  const uri = asString(item.uri);
  if (uri !== undefined) return [definedFields({ type: 'uri', modality: kind, mime_type, uri })];
  const content = asString(item.data);
  return content === undefined ? [] : [definedFields({ type: 'blob', modality: kind, mime_type, content })];
}

function serverCall(item: Item, tool: string): Part {
  const call = definedFields({ type: tool, server_name: asString(item.server_name), arguments: item.arguments });
  return definedFields({
    type: 'server_tool_call',
    id: asString(item.id),
    name: asString(item.name) ?? tool,
    server_tool_call: call,
  });
}

function serverResponse(item: Item, tool: string): Part {
  const server_tool_call_response = definedFields({
    type: tool,
    server_name: asString(item.server_name),
    result: item.result,
  });
  return definedFields({ type: 'server_tool_call_response', id: asString(item.call_id), server_tool_call_response });
}

/** Role of an item in the history; undefined for bare content, which comes from the user. */
function roleOf(item: Item): string | undefined {
  const type = asString(item.type) ?? '';
  const role = asString(item.role) ?? (type === 'user_input' || type === 'model_output' ? type : undefined);
  if (role !== undefined) return entryOf(ROLES, role) ?? role;
  if (type === 'function_result') return 'tool';
  return type === 'thought' || type.endsWith('_call') || type.endsWith('_result') ? 'assistant' : undefined;
}

/** Input of `interactions.create`. Bare content joins the user message in front of the content. */
export function interactionInput(params: unknown): InputContent {
  const { input, system_instruction, tools } = asObject(params) ?? {};
  const messages: (Message & { parts: Part[] })[] = [];
  for (const entry of asArray(input) ?? [input]) {
    const item = asObject(entry) ?? {};
    const role = roleOf(item) ?? 'user';
    const parts = itemParts(item.role === undefined ? entry : item.content);
    const last = messages.at(-1);
    // Every step and every turn is a separate message, even of the same role.
    if (last !== undefined && last.role === role && roleOf(item) === undefined) last.parts.push(...parts);
    else if (parts.length > 0) messages.push({ role, parts });
  }
  const system = itemParts(system_instruction);
  const definitions = (asArray(tools) ?? []).flatMap(toolDefinition);
  return {
    system: system.length === 0 ? undefined : system,
    messages: messages.length === 0 ? undefined : messages,
    tools: definitions.length === 0 ? undefined : definitions,
  };
}

/** Settings of hosted tools are not captured, because the settings hold credentials (`headers` of MCP servers). */
function toolDefinition(value: unknown): ToolDefinition[] {
  const tool = asObject(value);
  const type = asString(tool?.type);
  if (tool === undefined || type === undefined) return [];
  const name = asString(tool.name) ?? type;
  return [{ type, name, description: asString(tool.description), parameters: asObject(tool.parameters) }];
}

/** The steps of an interaction as parts of one message, without the steps of the application (`user_input`). */
export function interactionOutput(value: unknown): OutputMessage[] {
  const interaction = asObject(value) ?? {};
  const steps = stepsOf(interaction).filter((step) => asObject(step)?.type !== 'user_input');
  const parts = itemParts(steps);
  return parts.length === 0
    ? []
    : [
        {
          role: 'assistant',
          parts,
          ...interactionFinishReasonField(interaction.status, interactionCallsFunction(steps)),
        },
      ];
}

/** `finish_reason` of a message: the common word, except `tool_call`, the word of the message schema for `tool_calls`. */
export function interactionFinishReasonField(status: unknown, calls: boolean): { finish_reason?: string } {
  const reason = interactionReason(status, calls);
  return reason === undefined ? {} : { finish_reason: reason === 'tool_calls' ? 'tool_call' : reason };
}
