/**
 * Tools offered to the model: chat's nested form, the flat one of Responses, custom and hosted tools, legacy functions.
 */
import type { ToolDefinition } from '../../facts/messages.ts';
import { arr, obj, str } from '../reading/unknown-values.ts';

/** Definitions from `tools` and the `functions` of before; `undefined` if there are none. */
export function toolDefinitions(tools: unknown, functions?: unknown): ToolDefinition[] | undefined {
  const out = [...(arr(tools) ?? []).flatMap(definition)];
  for (const entry of arr(functions) ?? []) out.push(...definition({ type: 'function', function: entry }));
  return out.length === 0 ? undefined : out;
}

/** Names in a list of tools, for items that carry whole definitions. */
export function toolNames(tools: unknown): string[] {
  return (arr(tools) ?? []).flatMap(definition).map((tool) => tool.name);
}

function definition(entry: unknown): ToolDefinition[] {
  const tool = obj(entry);
  if (tool === undefined) return [];
  const type = str(tool.type) ?? 'function';
  const body = obj(tool.function) ?? obj(tool.custom) ?? tool;
  // Of hosted tools nothing but the name: their settings hold credentials (`headers`, `authorization` of MCP servers).
  const name = str(body.name) ?? str(body.server_label) ?? type;
  const own: ToolDefinition = {
    type,
    name,
    description: str(body.description),
    parameters: obj(body.parameters) ?? obj(body.input_schema),
  };
  // A namespace groups tools of its own.
  return [own, ...(type === 'namespace' ? (arr(tool.tools) ?? []).flatMap(definition) : [])];
}
