/** Prompts and answers in the messages and parts of the conventions. */
import type { InputContent, Message, OutputMessage, Part } from '../../facts/messages.ts';
import { toolDefinitions } from '../formats/openai-chat/content-tools.ts';
import { definedFields, nonEmptyText, reasoning } from '../reading/content-parts.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import type { Params } from '../reading/stainless-arguments.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';
import { hasToolCalls, reasonOf } from './response.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Content of the parameters of `chat`. */
export function chatInput({ messages, tools }: Params): InputContent {
  return {
    messages: asArray(messages)?.map((message) => chatMessage(asObject(message) ?? {})),
    tools: toolDefinitions(tools),
  };
}

/** Content of the parameters of `generate`. */
export function generateInput({ system, prompt, suffix, images }: Params): InputContent {
  const parts = [...nonEmptyText(prompt), ...nonEmptyText(suffix), ...imageParts(images)];
  const instructions = nonEmptyText(system);
  return {
    system: instructions.length === 0 ? undefined : instructions,
    messages: parts.length === 0 ? undefined : [{ role: 'user', parts }],
  };
}

/** The message of an answer of `chat` or `generate`. */
export function ollamaOutput(value: unknown): OutputMessage[] {
  const body = asObject(value) ?? {};
  const message = asObject(body.message);
  const reason = finishReasonField(reasonOf(body, hasToolCalls(message)));
  if (message !== undefined) return [{ ...chatMessage(message, 'assistant'), ...reason }];
  return [{ role: 'assistant', parts: [...reasoning(body.thinking), ...nonEmptyText(body.response)], ...reason }];
}

/** The `tool_call` part of a call: arguments are an object, and as a rule a call has no id. */
export function toolCall(value: unknown): Part[] {
  const call = asObject(value);
  const body = asObject(call?.function);
  if (body === undefined) return [];
  const name = asString(body.name) ?? 'unknown';
  return [definedFields({ type: 'tool_call', id: asString(call?.id), name, arguments: body.arguments })];
}

function chatMessage(message: Fields, fallback = 'user'): Message {
  const role = asString(message.role) ?? fallback;
  return { role, parts: role === 'tool' ? [toolResult(message)] : messageParts(message) };
}

function messageParts(message: Fields): Part[] {
  return [
    ...reasoning(message.thinking),
    ...nonEmptyText(message.content),
    ...imageParts(message.images),
    ...(asArray(message.tool_calls) ?? []).flatMap(toolCall),
  ];
}

function toolResult(message: Fields): Part {
  return definedFields({
    type: 'tool_call_response',
    id: asString(message.tool_call_id),
    name: asString(message.tool_name),
    response: message.content ?? '',
  });
}

/** Images are base64 texts or bytes. */
function imageParts(images: unknown): Part[] {
  return (asArray(images) ?? []).map((content) => definedFields({ type: 'blob', modality: 'image', content }));
}
