/** What went into a model of the AI SDK and what came out, as messages of the conventions. */
import type { InputContent, Message, OutputMessage, ToolDefinition } from '../../facts/messages.ts';
import { finish } from '../reading/finish-reasons.ts';
import { arr, obj, str } from '../reading/unknown-values.ts';
import { contentParts } from './content-parts.ts';
import { reasonOf } from './response.ts';

/** `doGenerate` and `doStream` of a language model. The system messages in front are the instructions of the call. */
export function languageInput(options: unknown): InputContent {
  const { prompt, tools } = obj(options) ?? {};
  const all = (arr(prompt) ?? []).map((entry) => obj(entry) ?? {});
  const first = all.findIndex(({ role }) => role !== 'system');
  const instructions = first < 0 ? all : all.slice(0, first);
  const system = instructions.flatMap(({ content }) => contentParts(content));
  const messages = all
    .slice(instructions.length)
    .map(({ role, content }): Message => ({ role: str(role) ?? 'user', parts: contentParts(content) }));
  return { system: system.length > 0 ? system : undefined, messages, tools: toolDefinitions(tools) };
}

function toolDefinitions(tools: unknown): ToolDefinition[] | undefined {
  const out = (arr(tools) ?? []).flatMap((entry): ToolDefinition[] => {
    const tool = obj(entry);
    const name = str(tool?.name);
    if (tool === undefined || name === undefined) return [];
    if (tool.type !== 'function') return [{ type: str(tool.id) ?? str(tool.type) ?? 'provider', name }];
    return [{ type: 'function', name, description: str(tool.description), parameters: obj(tool.inputSchema) }];
  });
  return out.length === 0 ? undefined : out;
}

/** Result of `doGenerate` of a language model. */
export function generateOutput(value: unknown): OutputMessage[] {
  const { content, finishReason } = obj(value) ?? {};
  const reason = reasonOf(finishReason);
  return [{ role: 'assistant', parts: contentParts(content), ...finish(reason) }];
}
