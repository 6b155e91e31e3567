/**
 * Items of the Responses API, in requests and answers. A tool that the application runs is a `tool_call`. A tool that OpenAI
 * runs is a `server_tool_call` and, if the item holds a result, a `server_tool_call_response`.
 */
import type { Part } from '../../facts/messages.ts';
import { openaiContentParts, toolResponse } from '../formats/openai-chat/content-parts.ts';
import { toolNames } from '../formats/openai-chat/content-tools.ts';
import { definedFields, reasoning, toolArguments, unknownPart } from '../reading/content-parts.ts';
import { asObject, asString, entryOf } from '../reading/unknown-values.ts';

type Item = Readonly<Record<string, unknown>>;

interface Kind {
  /** The role of an item in a history. */
  readonly role: 'assistant' | 'tool' | 'user';
  parts(item: Item): Part[];
}

const call = (name: (item: Item) => string | undefined, args: (item: Item) => unknown): Kind => ({
  role: 'assistant',
  parts: (item) => [
    definedFields({
      type: 'tool_call',
      id: asString(item.call_id) ?? asString(item.id),
      name: name(item) ?? 'unknown',
      arguments: args(item),
    }),
  ],
});

const output: Kind = {
  role: 'tool',
  parts: (item) => [
    definedFields({
      type: 'tool_call_response',
      id: asString(item.call_id) ?? asString(item.id),
      response: toolResponse(item.output),
    }),
  ],
};

/** `sent` and `received` name the fields of the call and of the response. */
const hosted = (tool: string, sent: readonly string[], received: readonly string[] = []): Kind => ({
  role: 'assistant',
  parts: (item) => {
    const id = asString(item.id);
    const response = pick(item, received);
    return [
      definedFields({
        type: 'server_tool_call',
        id,
        name: asString(item.name) ?? tool,
        server_tool_call: { type: tool, ...pick(item, sent) },
      }),
      ...(Object.keys(response).length === 0
        ? []
        : [
            definedFields({
              type: 'server_tool_call_response',
              id,
              server_tool_call_response: { type: tool, ...response },
            }),
          ]),
    ];
  },
});

const KINDS: Readonly<Record<string, Kind>> = {
  function_call: call((i) => asString(i.name), (i) => toolArguments(i.arguments)), // biome-ignore format: a row
  function_call_output: output,
  custom_tool_call: call((i) => asString(i.name), (i) => asString(i.input)), // biome-ignore format: a row
  custom_tool_call_output: output,
  computer_call: call(() => 'computer', (i) => i.action ?? i.actions), // biome-ignore format: a row
  computer_call_output: output,
  local_shell_call: call(() => 'local_shell', (i) => i.action), // biome-ignore format: a row
  local_shell_call_output: output,
  shell_call: call(() => 'shell', (i) => i.action), // biome-ignore format: a row
  shell_call_output: output,
  apply_patch_call: call(() => 'apply_patch', (i) => i.operation), // biome-ignore format: a row
  apply_patch_call_output: output,
  web_search_call: hosted('web_search', ['action', 'arguments']),
  file_search_call: hosted('file_search', ['queries'], ['results']),
  code_interpreter_call: hosted('code_interpreter', ['code', 'container_id'], ['outputs']),
  mcp_call: hosted('mcp', ['server_label', 'arguments'], ['output', 'error']),
  image_generation_call: { role: 'assistant', parts: imageGeneration },
  mcp_list_tools: { role: 'assistant', parts: (i) => listed('mcp_list_tools', i, { server_label: i.server_label }) },
  tool_search_call: { role: 'assistant', parts: toolSearch },
  tool_search_output: { role: 'tool', parts: toolsFound },
  additional_tools: { role: 'user', parts: (i) => listed('additional_tools', i) },
  reasoning: {
    role: 'assistant',
    parts: (i) =>
      [...openaiContentParts(i.summary), ...openaiContentParts(i.content)].flatMap((p) => reasoning(p.content)),
  },
  compaction: { role: 'assistant', parts: (i) => [definedFields({ type: 'compaction', id: asString(i.id) })] },
  compaction_summary: { role: 'assistant', parts: (i) => [definedFields({ type: 'compaction', id: asString(i.id) })] },
  mcp_approval_response: { role: 'user', parts: (i) => [unknownPart(i, 'mcp_approval_response')] },
};

/** Role and parts of one item. */
export function itemMessage(value: unknown): { role: string; parts: Part[] } | undefined {
  const item = asObject(value);
  if (item === undefined)
    return typeof value === 'string' ? { role: 'user', parts: openaiContentParts(value) } : undefined;
  const type = asString(item.type);
  const role = asString(item.role);
  if (type === 'message' || type === undefined) {
    if (role === undefined && item.content === undefined) return undefined;
    return { role: role ?? 'user', parts: openaiContentParts(item.content) };
  }
  const kind = entryOf(KINDS, type);
  return { role: role ?? kind?.role ?? 'assistant', parts: kind?.parts(item) ?? [unknownPart(item, type)] };
}

/** Does the item ask the application to run a tool? */
export function wantsTool(value: unknown): boolean {
  const type = asObject(value)?.type;
  return type === 'function_call' || type === 'custom_tool_call';
}

function pick(item: Item, fields: readonly string[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of fields) {
    const value = item[field];
    if (value !== undefined && value !== null && value !== '')
      out[field] = field === 'arguments' ? toolArguments(value) : value;
  }
  return out;
}

function imageGeneration(item: Item): Part[] {
  const settings = ['action', 'prompt', 'revised_prompt', 'size', 'quality', 'background'];
  const format = asString(item.output_format) ?? 'png';
  const image = asString(item.result);
  return [
    ...hosted('image_generation', settings).parts(item),
    // OpenAI sends base64, compatible servers may send a link.
    ...(image === undefined
      ? []
      : /^(https?|data):/.test(image)
        ? [definedFields({ type: 'uri', modality: 'image', uri: image })]
        : [definedFields({ type: 'blob', modality: 'image', mime_type: `image/${format}`, content: image })]),
  ];
}

/** Lists of tools by name: their schemas are as large in an item as in the request. */
function listed(type: string, item: Item, more: Record<string, unknown> = {}): Part[] {
  return [definedFields({ type, id: asString(item.id), ...more, tools: toolNames(item.tools) })];
}

function toolSearch(item: Item): Part[] {
  if (item.execution === 'client') return call(() => 'tool_search', (i) => toolArguments(i.arguments)).parts(item); // biome-ignore format: a row
  return hosted('tool_search', ['arguments']).parts(item);
}

function toolsFound(item: Item): Part[] {
  const id = asString(item.call_id) ?? asString(item.id);
  const tools = toolNames(item.tools);
  if (item.execution === 'client') return [definedFields({ type: 'tool_call_response', id, response: { tools } })];
  return [
    definedFields({ type: 'server_tool_call_response', id, server_tool_call_response: { type: 'tool_search', tools } }),
  ];
}
