/**
 * What was said in a call of chat completions, Responses or legacy completions, in the conventions' messages and parts.
 * Pure functions of unknown values: what is missing or of a wrong type was not sent.
 */
import type { InputContent, Message, OutputMessage, Part } from '../../facts/messages.ts';
import { definedFields, reasoning, toolArguments } from '../reading/content-parts.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';
import { itemMessage, wantsTool } from './content-items.ts';
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

/** Content of the parameters of `responses.create`. */
export function responsesInput(params: unknown): InputContent {
  const { instructions, input, tools } = asObject(params) ?? {};
  const system = openaiContentParts(instructions);
  return {
    system: system.length === 0 ? undefined : system,
    messages: typeof input === 'string' ? [user(input)] : asArray(input)?.flatMap(inputItem),
    tools: toolDefinitions(tools),
  };
}

/** Content of the parameters of `completions.create`; prompts given as token numbers have none. */
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

/** The output items of a Responses object as the parts of one message; none if there are no items. */
export function responsesOutput(response: unknown): OutputMessage[] {
  const body = asObject(response);
  const items = asArray(body?.output) ?? [];
  const parts = items.flatMap((item) => itemMessage(item)?.parts ?? []);
  if (parts.length === 0) return [];
  return [{ role: 'assistant', parts, ...finishReasonField(responseFinish(response, items.some(wantsTool))) }];
}

/** The finish reason of a Responses object: its status, or why it is incomplete. */
export function responseFinish(response: unknown, wantsTools: boolean): string | undefined {
  const body = asObject(response);
  const status = asString(body?.status);
  if (status === 'queued' || status === 'in_progress') return undefined;
  if (status === 'incomplete') return asString(asObject(body?.incomplete_details)?.reason) ?? status;
  return status === 'completed' && wantsTools ? 'tool_calls' : status;
}

/** Reasoning of a message or delta: DeepSeek, xAI and others; OpenRouter, Groq and others; OpenRouter's details. */
export function reasoningText(message: Fields): string | undefined {
  const plain = asString(message.reasoning_content) ?? asString(message.reasoning);
  if (plain !== undefined) return plain;
  const details = (asArray(message.reasoning_details) ?? []).map((detail) => {
    const fields = asObject(detail);
    return asString(fields?.text) ?? asString(fields?.summary) ?? '';
  });
  return asString(details.join(''));
}

/** One `tool_call` part of chat, from a function, a custom tool or a legacy function call; none from an empty one. */
export function toolCall(value: unknown): Part[] {
  const entry = asObject(value);
  if (entry === undefined) return [];
  const body = asObject(entry.function) ?? asObject(entry.custom) ?? entry;
  const id = asString(entry.id);
  const name = asString(body.name);
  const args = body.input === undefined ? toolArguments(body.arguments) : asString(body.input);
  // Some compatible servers (Snowflake) send every field of a message, a `function_call` of empty strings among them.
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

/** Spoken output: what was said as text, then the sound; in a history only its id. */
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

function inputItem(item: unknown): Message[] {
  const message = itemMessage(item);
  if (message === undefined) return [];
  // An item without readable parts (encrypted reasoning) says nothing; an empty message was sent as one.
  const isMessage = asObject(item)?.role !== undefined;
  return message.parts.length > 0 || isMessage ? [message] : [];
}

function choices(completion: unknown): Fields[] {
  return (asArray(asObject(completion)?.choices) ?? []).map((choice) => asObject(choice) ?? {});
}

function user(content: unknown): Message {
  return { role: 'user', parts: openaiContentParts(content) };
}
