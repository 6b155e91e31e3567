/**
 * Input and output of the Responses API, in the messages and parts of the conventions. Pure functions of unknown values: a
 * field that is missing or of a wrong type was not sent.
 */
import type { InputContent, Message, OutputMessage } from '../../facts/messages.ts';
import { openaiContentParts } from '../formats/openai-chat/content-parts.ts';
import { toolDefinitions } from '../formats/openai-chat/content-tools.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import { asArray, asObject, asString } from '../reading/unknown-values.ts';
import { itemMessage, wantsTool } from './content-items.ts';

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

/** The output items of a Responses object as the parts of one message; no message if the object has no items. */
export function responsesOutput(response: unknown): OutputMessage[] {
  const body = asObject(response);
  const items = asArray(body?.output) ?? [];
  const parts = items.flatMap((item) => itemMessage(item)?.parts ?? []);
  if (parts.length === 0) return [];
  return [{ role: 'assistant', parts, ...finishReasonField(responseFinish(response, items.some(wantsTool))) }];
}

/** The finish reason of a Responses object: the status, or the reason of an incomplete answer. */
export function responseFinish(response: unknown, wantsTools: boolean): string | undefined {
  const body = asObject(response);
  const status = asString(body?.status);
  if (status === 'queued' || status === 'in_progress') return undefined;
  if (status === 'incomplete') return asString(asObject(body?.incomplete_details)?.reason) ?? status;
  return status === 'completed' && wantsTools ? 'tool_calls' : status;
}

function inputItem(item: unknown): Message[] {
  const message = itemMessage(item);
  if (message === undefined) return [];
  // An item without readable parts (encrypted reasoning) is left out; an empty message is kept.
  const isMessage = asObject(item)?.role !== undefined;
  return message.parts.length > 0 || isMessage ? [message] : [];
}

function user(content: unknown): Message {
  return { role: 'user', parts: openaiContentParts(content) };
}
