/** Prompts and answers of the messages API, in the messages and parts of the conventions. */
import type { InputContent, Message, OutputMessage, ToolDefinition } from '../../../facts/messages.ts';
import { finishReasonField } from '../../reading/finish-reasons.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';
import { anthropicContentParts } from './content-blocks.ts';

/** Content of the parameters of `messages.create`. */
export function messagesInput(params: unknown): InputContent {
  const { system, messages, tools } = asObject(params) ?? {};
  const instructions = system === undefined || system === null ? [] : anthropicContentParts(system);
  return {
    system: instructions.length === 0 ? undefined : instructions,
    messages: asArray(messages)?.map(message),
    tools: toolDefinitions(tools),
  };
}

/** The message of an answer; no message for an answer without content. */
export function messageOutput(value: unknown): OutputMessage[] {
  const body = asObject(value);
  if (asArray(body?.content) === undefined) return [];
  return [{ role: 'assistant', parts: anthropicContentParts(body?.content), ...finishReasonField(body?.stop_reason) }];
}

function message(value: unknown): Message {
  const { role, content } = asObject(value) ?? {};
  const parts = content === undefined || content === null ? [] : anthropicContentParts(content);
  // The API has no role for tools: results of tools come as messages of the user.
  const results = parts.length > 0 && parts.every((part) => part.type === 'tool_call_response');
  return { role: results ? 'tool' : (asString(role) ?? 'user'), parts };
}

/** Tools of the application are functions; hosted tools keep their type. */
function toolDefinitions(tools: unknown): ToolDefinition[] | undefined {
  const definitions = (asArray(tools) ?? []).flatMap((value): ToolDefinition[] => {
    const tool = asObject(value);
    if (tool === undefined) return [];
    const type = asString(tool.type) ?? 'custom';
    return [
      {
        type: type === 'custom' ? 'function' : type,
        name: asString(tool.name) ?? asString(tool.mcp_server_name) ?? type,
        description: asString(tool.description),
        parameters: asObject(tool.input_schema),
      },
    ];
  });
  return definitions.length === 0 ? undefined : definitions;
}
