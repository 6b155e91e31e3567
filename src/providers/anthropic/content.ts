/** What was said in a call of messages or of the legacy completions, in the conventions' messages and parts. */
import type { InputContent, Message, OutputMessage, ToolDefinition } from '../../facts/messages.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';
import { contentParts } from './content-blocks.ts';

/** Content of the parameters of `messages.create`. */
export function messagesInput(params: unknown): InputContent {
  const { system, messages, tools } = asObject(params) ?? {};
  const instructions = system === undefined || system === null ? [] : contentParts(system);
  return {
    system: instructions.length === 0 ? undefined : instructions,
    messages: asArray(messages)?.map(message),
    tools: toolDefinitions(tools),
  };
}

/** Content of the parameters of `completions.create`. */
export function completionInput(params: unknown): InputContent {
  const prompt = asString(asObject(params)?.prompt);
  return { messages: prompt === undefined ? undefined : [{ role: 'user', parts: contentParts(prompt) }] };
}

/** The one message of an answer; none if it holds nothing. */
export function messageOutput(value: unknown): OutputMessage[] {
  const body = asObject(value);
  if (asArray(body?.content) === undefined) return [];
  return [{ role: 'assistant', parts: contentParts(body?.content), ...finishReasonField(body?.stop_reason) }];
}

/** The one message of a legacy completion. */
export function completionOutput(value: unknown): OutputMessage[] {
  const body = asObject(value);
  if (asString(body?.completion) === undefined) return [];
  return [{ role: 'assistant', parts: contentParts(body?.completion), ...finishReasonField(body?.stop_reason) }];
}

function message(value: unknown): Message {
  const { role, content } = asObject(value) ?? {};
  const parts = content === undefined || content === null ? [] : contentParts(content);
  // The API has no role for tools: their results come as the user's.
  const results = parts.length > 0 && parts.every((part) => part.type === 'tool_call_response');
  return { role: results ? 'tool' : (asString(role) ?? 'user'), parts };
}

/** Tools of the application are functions; hosted ones keep their type. */
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
