/** Prompts and answers of AI SDK models as messages of the semantic conventions. */
import type { InputContent, Message, OutputMessage, ToolDefinition } from '../../facts/messages.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';
import { vercelContentParts } from './content-parts.ts';
import { reasonOf } from './response.ts';

/** Input of `doGenerate` and `doStream`. The system messages in front are the instructions of the call. */
export function languageInput(options: unknown): InputContent {
  const { prompt, tools } = asObject(options) ?? {};
  const all = (asArray(prompt) ?? []).map((entry) => asObject(entry) ?? {});
  const first = all.findIndex(({ role }) => role !== 'system');
  const instructions = first < 0 ? all : all.slice(0, first);
  const system = instructions.flatMap(({ content }) => vercelContentParts(content));
  const messages = all
    .slice(instructions.length)
    .map(({ role, content }): Message => ({ role: asString(role) ?? 'user', parts: vercelContentParts(content) }));
  return { system: system.length > 0 ? system : undefined, messages, tools: toolDefinitions(tools) };
}

function toolDefinitions(tools: unknown): ToolDefinition[] | undefined {
  const out = (asArray(tools) ?? []).flatMap((entry): ToolDefinition[] => {
    const tool = asObject(entry);
    const name = asString(tool?.name);
    if (tool === undefined || name === undefined) return [];
    if (tool.type !== 'function') return [{ type: asString(tool.id) ?? asString(tool.type) ?? 'provider', name }];
    return [
      { type: 'function', name, description: asString(tool.description), parameters: asObject(tool.inputSchema) },
    ];
  });
  return out.length === 0 ? undefined : out;
}

/** Result of `doGenerate` of a language model. */
export function generateOutput(value: unknown): OutputMessage[] {
  const { content, finishReason } = asObject(value) ?? {};
  const reason = reasonOf(finishReason);
  return [{ role: 'assistant', parts: vercelContentParts(content), ...finishReasonField(reason) }];
}
