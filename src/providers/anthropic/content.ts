/** What was said in a call of messages or of the legacy completions, in the conventions' messages and parts. */
import type { InputContent, Message, OutputMessage, ToolDefinition } from '../../facts/messages.ts';
import { finish } from '../reading/finish-reasons.ts';
import { arr, obj, str } from '../reading/unknown-values.ts';
import { contentParts } from './content-blocks.ts';

/** Content of the parameters of `messages.create`. */
export function messagesInput(params: unknown): InputContent {
  const { system, messages, tools } = obj(params) ?? {};
  const instructions = system === undefined || system === null ? [] : contentParts(system);
  return {
    system: instructions.length === 0 ? undefined : instructions,
    messages: arr(messages)?.map(message),
    tools: toolDefinitions(tools),
  };
}

/** Content of the parameters of `completions.create`. */
export function completionInput(params: unknown): InputContent {
  const prompt = str(obj(params)?.prompt);
  return { messages: prompt === undefined ? undefined : [{ role: 'user', parts: contentParts(prompt) }] };
}

/** The one message of an answer; none if it holds nothing. */
export function messageOutput(value: unknown): OutputMessage[] {
  const body = obj(value);
  if (arr(body?.content) === undefined) return [];
  return [{ role: 'assistant', parts: contentParts(body?.content), ...finish(body?.stop_reason) }];
}

/** The one message of a legacy completion. */
export function completionOutput(value: unknown): OutputMessage[] {
  const body = obj(value);
  if (str(body?.completion) === undefined) return [];
  return [{ role: 'assistant', parts: contentParts(body?.completion), ...finish(body?.stop_reason) }];
}

function message(value: unknown): Message {
  const { role, content } = obj(value) ?? {};
  const parts = content === undefined || content === null ? [] : contentParts(content);
  // The API has no role for tools: their results come as the user's.
  const results = parts.length > 0 && parts.every((part) => part.type === 'tool_call_response');
  return { role: results ? 'tool' : (str(role) ?? 'user'), parts };
}

/** Tools of the application are functions; hosted ones keep their type. */
function toolDefinitions(tools: unknown): ToolDefinition[] | undefined {
  const definitions = (arr(tools) ?? []).flatMap((value): ToolDefinition[] => {
    const tool = obj(value);
    if (tool === undefined) return [];
    const type = str(tool.type) ?? 'custom';
    return [
      {
        type: type === 'custom' ? 'function' : type,
        name: str(tool.name) ?? str(tool.mcp_server_name) ?? type,
        description: str(tool.description),
        parameters: obj(tool.input_schema),
      },
    ];
  });
  return definitions.length === 0 ? undefined : definitions;
}
