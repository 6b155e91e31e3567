/**
 * Tools offered to the model: the nested form of chat, the flat form of Responses, custom and hosted tools, legacy functions.
 */
import type { ToolDefinition } from '../../../facts/messages.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';

/** Definitions from `tools` and from legacy `functions`; `undefined` without definitions. */
export function toolDefinitions(tools: unknown, functions?: unknown): ToolDefinition[] | undefined {
  const out = [...(asArray(tools) ?? []).flatMap(definition)];
  for (const entry of asArray(functions) ?? []) out.push(...definition({ type: 'function', function: entry }));
  return out.length === 0 ? undefined : out;
}

/** Names in a list of tools, for items that carry whole definitions. */
export function toolNames(tools: unknown): string[] {
  return (asArray(tools) ?? []).flatMap(definition).map((tool) => tool.name);
}

function definition(entry: unknown): ToolDefinition[] {
  const tool = asObject(entry);
  if (tool === undefined) return [];
  const type = asString(tool.type) ?? 'function';
  const body = asObject(tool.function) ?? asObject(tool.custom) ?? tool;
  // Of hosted tools only the name: settings hold credentials (`headers`, `authorization` of MCP servers).
  const name = asString(body.name) ?? asString(body.server_label) ?? type;
  const own: ToolDefinition = {
    type,
    name,
    description: asString(body.description),
    parameters: asObject(body.parameters) ?? asObject(body.input_schema),
  };
  // A namespace groups tools of its own.
  return [own, ...(type === 'namespace' ? (asArray(tool.tools) ?? []).flatMap(definition) : [])];
}
