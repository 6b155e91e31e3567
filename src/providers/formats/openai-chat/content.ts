/**
 * Prompts and answers of chat completions and legacy completions, in the messages and parts of the conventions. Pure
 * functions of unknown values: a field that is missing or of a wrong type was not sent.
 */
import type { InputContent, Message, OutputMessage, Part } from '../../../facts/messages.ts';
import { inChoiceOrder } from '../../reading/choice-order.ts';
import { definedFields, reasoning, toolArguments } from '../../reading/content-parts.ts';
import { finishReasonField } from '../../reading/finish-reasons.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';
import { openaiContentParts, refusal, toolResponse } from './content-parts.ts';
import { toolDefinitions } from './content-tools.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Content of the parameters of `chat.completions.create`. */
export function chatInput(params: unknown): InputContent {
  const { messages, tools, functions } = asObject(params) ?? {};
  return {
    messages: asArray(messages)?.map((message) => chatMessage(asObject(message) ?? {})),
    tools: toolDefinitions(tools, functions),
  };
}

/** Content of the parameters of `completions.create`; prompts that are lists of token numbers have no content. */
export function completionInput(params: unknown): InputContent {
  const prompt = asObject(params)?.prompt;
  const prompts = typeof prompt === 'string' ? [prompt] : (asArray(prompt) ?? []).filter((p) => typeof p === 'string');
  return { messages: prompts.length === 0 ? undefined : prompts.map(user) };
}

/** One message per choice of a chat completion. */
export function chatOutput(completion: unknown): OutputMessage[] {
  return choices(completion).map((choice) => ({
    ...chatMessage(asObject(choice.message) ?? {}, 'assistant'),
    ...finishReasonField(choice.finish_reason),
  }));
}

/** One message per choice of a legacy completion. */
export function completionOutput(completion: unknown): OutputMessage[] {
  return choices(completion).map((choice) => ({
    role: 'assistant',
    parts: openaiContentParts(choice.text),
    ...finishReasonField(choice.finish_reason),
  }));
}

/** Reasoning of a message or delta: `reasoning_content` (DeepSeek, xAI), `reasoning` (OpenRouter, Groq), OpenRouter's details. */
export function reasoningText(message: Fields): string | undefined {
  const plain = asString(message.reasoning_content) ?? asString(message.reasoning);
  if (plain !== undefined) return plain;
  const details = (asArray(message.reasoning_details) ?? []).map((detail) => {
    const fields = asObject(detail);
    return asString(fields?.text) ?? asString(fields?.summary) ?? '';
  });
  return asString(details.join(''));
}

/** The `tool_call` part of a function, a custom tool or a legacy function call; no part for an empty call. */
export function toolCall(value: unknown): Part[] {
  const entry = asObject(value);
  if (entry === undefined) return [];
  const body = asObject(entry.function) ?? asObject(entry.custom) ?? entry;
  const id = asString(entry.id);
  const name = asString(body.name);
  const args = body.input === undefined ? toolArguments(body.arguments) : asString(body.input);
  // Snowflake sends every field of a message, and so a `function_call` of empty strings.
  if (id === undefined && name === undefined && args === undefined) return [];
  return [definedFields({ type: 'tool_call', id, name: name ?? 'unknown', arguments: args })];
}

function chatMessage(message: Fields, fallback = 'user'): Message {
  const role = asString(message.role) ?? fallback;
  const name = asString(message.name);
  const parts = role === 'tool' || role === 'function' ? toolResult(message) : messageParts(message);
  return { role, parts, ...(name === undefined ? {} : { name }) };
}

function messageParts(message: Fields): Part[] {
  return [
    ...reasoning(reasoningText(message)),
    ...openaiContentParts(message.content),
    ...openaiContentParts(message.images), // generated ones, OpenRouter
    ...refusal(message.refusal),
    ...spoken(message.audio),
    ...toolCall(message.function_call),
    ...(asArray(message.tool_calls) ?? []).flatMap(toolCall),
  ];
}

function toolResult(message: Fields): Part[] {
  return [
    definedFields({
      type: 'tool_call_response',
      id: asString(message.tool_call_id),
      response: toolResponse(message.content),
    }),
  ];
}

/** Spoken output: the transcript, then the sound; a history holds the id of the sound alone. */
function spoken(value: unknown): Part[] {
  const audio = asObject(value);
  if (audio === undefined) return [];
  const data = asString(audio.data);
  const id = asString(audio.id);
  if (data === undefined && id !== undefined) return [{ type: 'file', modality: 'audio', file_id: id }];
  return [
    ...openaiContentParts(audio.transcript),
    ...(data === undefined ? [] : [definedFields({ type: 'blob', modality: 'audio', content: data })]),
  ];
}

function choices(completion: unknown): Fields[] {
  return (inChoiceOrder(asObject(completion)?.choices) ?? []).map((choice) => asObject(choice) ?? {});
}

function user(content: unknown): Message {
  return { role: 'user', parts: openaiContentParts(content) };
}
