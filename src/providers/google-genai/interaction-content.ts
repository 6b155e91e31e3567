/**
 * What was said in an interaction, in the conventions' messages and parts: contents, steps (2.x), turns (1.x). Tools that
 * Google runs are `server_tool_call` and `server_tool_call_response`.
 */
import type { InputContent, Message, OutputMessage, Part, ToolDefinition } from '../../facts/messages.ts';
import { geminiPart, modality } from '../formats/gemini/content-parts.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';
import { interactionCallsFunction, interactionReason, stepsOf } from './interaction-response.ts';

type Item = Readonly<Record<string, unknown>>;

const MEDIA: ReadonlySet<string> = new Set(['image', 'audio', 'video', 'document']);
const ROLES: Readonly<Record<string, string>> = { model: 'assistant', model_output: 'assistant', user_input: 'user' };

/** A text, an item, or a list of either, as parts. */
export function itemParts(value: unknown): Part[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', content: value }];
  const list = asArray(value);
  if (list !== undefined) return list.flatMap(itemParts);
  const item = asObject(value);
  if (item === undefined) return [];
  const type = asString(item.type);
  if (type === undefined) return itemParts(item.text ?? item.content);
  if (type === 'text') return itemParts(item.text);
  if (type === 'thought') return itemParts(item.summary ?? item.content).map(asReasoning);
  if (type === 'user_input' || type === 'model_output') return itemParts(item.content);
  if (type === 'function_call')
    return [
      geminiPart({
        type: 'tool_call',
        id: asString(item.id),
        name: asString(item.name) ?? 'unknown',
        arguments: item.arguments,
      }),
    ];
  if (type === 'function_result') return [functionResult(item)];
  if (MEDIA.has(type)) return media(item, type);
  if (type.endsWith('_call')) return [serverCall(item, type.slice(0, -5))];
  if (type.endsWith('_result')) return [serverResponse(item, type.slice(0, -7))];
  return [{ ...item, type }];
}

function asReasoning(summary: Part): Part {
  return summary.type === 'text' ? { ...summary, type: 'reasoning' } : summary;
}

function functionResult(item: Item): Part {
  const { call_id, result } = item;
  return geminiPart({
    type: 'tool_call_response',
    id: asString(call_id),
    name: asString(item.name),
    response: result ?? {},
  });
}

function media(item: Item, type: string): Part[] {
  const mime_type = asString(item.mime_type);
  const kind = mime_type === undefined ? type : modality(mime_type);
  const uri = asString(item.uri);
  if (uri !== undefined) return [geminiPart({ type: 'uri', modality: kind, mime_type, uri })];
  const content = asString(item.data);
  return content === undefined ? [] : [geminiPart({ type: 'blob', modality: kind, mime_type, content })];
}

function serverCall(item: Item, tool: string): Part {
  const call = geminiPart({ type: tool, server_name: asString(item.server_name), arguments: item.arguments });
  return geminiPart({
    type: 'server_tool_call',
    id: asString(item.id),
    name: asString(item.name) ?? tool,
    server_tool_call: call,
  });
}

function serverResponse(item: Item, tool: string): Part {
  const server_tool_call_response = geminiPart({
    type: tool,
    server_name: asString(item.server_name),
    result: item.result,
  });
  return geminiPart({ type: 'server_tool_call_response', id: asString(item.call_id), server_tool_call_response });
}

/** What an item of a history says who said it; content by itself is the user's. */
function roleOf(item: Item): string | undefined {
  const type = asString(item.type) ?? '';
  const role = asString(item.role) ?? (type === 'user_input' || type === 'model_output' ? type : undefined);
  if (role !== undefined) return ROLES[role] ?? role;
  if (type === 'function_result') return 'tool';
  return type === 'thought' || type.endsWith('_call') || type.endsWith('_result') ? 'assistant' : undefined;
}

/** Content of the parameters of `interactions.create`. Items next to each other that one side said are one message. */
export function interactionInput(params: unknown): InputContent {
  const { input, system_instruction, tools } = asObject(params) ?? {};
  const messages: (Message & { parts: Part[] })[] = [];
  for (const entry of asArray(input) ?? [input]) {
    const item = asObject(entry) ?? {};
    const role = roleOf(item) ?? 'user';
    const parts = itemParts(item.role === undefined ? entry : item.content);
    const last = messages.at(-1);
    // A step or turn is a message of its own, pieces of content are parts of one.
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

/** Of hosted tools nothing but the name: their settings hold credentials (`headers` of MCP servers). */
function toolDefinition(value: unknown): ToolDefinition[] {
  const tool = asObject(value);
  const type = asString(tool?.type);
  if (tool === undefined || type === undefined) return [];
  const name = asString(tool.name) ?? type;
  return [{ type, name, description: asString(tool.description), parameters: asObject(tool.parameters) }];
}

/** The steps of an interaction as the parts of one message; what the application put in is not among them. */
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

/** `finish_reason` of a message: the common vocabulary, but for one word of the message schema. */
export function interactionFinishReasonField(status: unknown, calls: boolean): { finish_reason?: string } {
  const reason = interactionReason(status, calls);
  return reason === undefined ? {} : { finish_reason: reason === 'tool_calls' ? 'tool_call' : reason };
}
