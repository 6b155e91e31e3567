/** LangChain's messages in the parts of the semantic conventions. */
import type { Message, Part } from '../../facts/messages.ts';
import { contentParts, toolResponse } from '../openai/content-parts.ts';
import { part, reasoning } from '../reading/content-parts.ts';
import { arr, obj, str } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** LangChain's types of messages, by the role that they have. A class that is not here says its role itself. */
const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  user: 'user',
  ai: 'assistant',
  assistant: 'assistant',
  system: 'system',
  developer: 'system',
  tool: 'tool',
  function: 'tool',
};

/** Messages as the application gave them: instances, `{ role, content }`, `[role, content]` or texts. */
export function messagesOf(list: unknown): Message[] {
  return (arr(list) ?? []).map((message) => {
    if (typeof message === 'string') return { role: 'user', parts: contentParts(message) };
    const [role, content] = arr(message) ?? [];
    return messageOf(role === undefined ? (obj(message) ?? {}) : { role, content });
  });
}

/** One message. */
export function messageOf(message: Fields): Message {
  const type = typeof message._getType === 'function' ? str(message._getType()) : undefined;
  const word = type === 'generic' ? str(message.role) : (type ?? str(message.role) ?? str(message.type));
  const role = ROLES[word ?? ''] ?? word ?? 'user';
  const name = str(message.name);
  return { role, parts: role === 'tool' ? toolResult(message) : partsOf(message), ...(name !== undefined && { name }) };
}

function toolResult(message: Fields): Part[] {
  const { tool_call_id: id, content } = message;
  return [part({ type: 'tool_call_response', id: str(id), response: toolResponse(content) })];
}

function partsOf(message: Fields): Part[] {
  const calls = arr(message.tool_calls) ?? [];
  // Anthropic's content repeats the calls.
  const content = arr(message.content)?.filter((block) => obj(block)?.type !== 'tool_use') ?? message.content;
  return [
    ...reasoning(obj(message.additional_kwargs)?.reasoning_content),
    ...contentParts(content),
    ...calls.flatMap((call) => {
      const { id, name, args } = obj(call) ?? {};
      return [part({ type: 'tool_call', id: str(id), name: str(name) ?? 'unknown', arguments: args })];
    }),
  ];
}
