/** LangChain's messages as messages of the semantic conventions. */
import type { Message, Part } from '../../facts/messages.ts';
import { openaiContentParts, toolResponse } from '../formats/openai-chat/content-parts.ts';
import { definedFields, reasoning } from '../reading/content-parts.ts';
import { asArray, asObject, asString, entryOf } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Roles by LangChain's type of message. A type without a row is used as the role. */
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

/** Messages in every form that LangChain takes: instances, `{ role, content }`, `[role, content]` or texts. */
export function langchainMessages(list: unknown): Message[] {
  return (asArray(list) ?? []).map((message) => {
    if (typeof message === 'string') return { role: 'user', parts: openaiContentParts(message) };
    const [role, content] = asArray(message) ?? [];
    return messageOf(role === undefined ? (asObject(message) ?? {}) : { role, content });
  });
}

/** A message of LangChain as a message of the conventions. */
export function messageOf(message: Fields): Message {
  const type = typeof message._getType === 'function' ? asString(message._getType()) : undefined;
  const word = type === 'generic' ? asString(message.role) : (type ?? asString(message.role) ?? asString(message.type));
  const role = entryOf(ROLES, word) ?? word ?? 'user';
  const name = asString(message.name);
  return { role, parts: role === 'tool' ? toolResult(message) : partsOf(message), ...(name !== undefined && { name }) };
}

function toolResult(message: Fields): Part[] {
  const { tool_call_id: id, content } = message;
  return [definedFields({ type: 'tool_call_response', id: asString(id), response: toolResponse(content) })];
}

function partsOf(message: Fields): Part[] {
  const calls = asArray(message.tool_calls) ?? [];
  // Anthropic's content repeats the calls of `tool_calls`.
  const content = asArray(message.content)?.filter((block) => asObject(block)?.type !== 'tool_use') ?? message.content;
  return [
    ...reasoning(asObject(message.additional_kwargs)?.reasoning_content),
    ...openaiContentParts(content),
    ...calls.flatMap((call) => {
      const { id, name, args } = asObject(call) ?? {};
      return [
        definedFields({ type: 'tool_call', id: asString(id), name: asString(name) ?? 'unknown', arguments: args }),
      ];
    }),
  ];
}
