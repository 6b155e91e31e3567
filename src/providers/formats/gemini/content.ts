/**
 * Content of a `generateContent` call as messages and parts of the conventions. Pure functions of unknown values: a missing
 * value or a value of a wrong type counts as not sent.
 */
import type { InputContent, Message, OutputMessage, Part, ToolDefinition } from '../../../facts/messages.ts';
import { inChoiceOrder } from '../../reading/choice-order.ts';
import { asArray, asObject, asString, entryOf } from '../../reading/unknown-values.ts';
import { geminiPartsOf } from './content-parts.ts';
import { candidateReason, hasFunctionCall } from './response.ts';

/** Roles of the conventions by Gemini's words. */
const ROLES: Readonly<Record<string, string>> = { model: 'assistant', function: 'tool' };

/** Contents in any shape the SDKs take: a text, a part, a list of texts and parts, a `Content`, a list of `Content`s. */
export function contentMessages(contents: unknown): Message[] {
  const list = asArray(contents);
  if (list === undefined) return contents === undefined || contents === null ? [] : [message(contents)];
  // A list without any `Content` is one message.
  return list.some(isContent) ? list.map(message) : list.length === 0 ? [] : [message(list)];
}

function isContent(value: unknown): boolean {
  const fields = asObject(value);
  return fields !== undefined && (fields.parts !== undefined || fields.role !== undefined);
}

function message(content: unknown): Message {
  const parts = geminiPartsOf(content);
  const role = asString(asObject(content)?.role) ?? 'user';
  return { role: isToolAnswer(parts) ? 'tool' : (entryOf(ROLES, role) ?? role), parts };
}

/** True for the answers of functions: the API takes such answers under the role `user`, or without a role. */
function isToolAnswer(parts: readonly Part[]): boolean {
  const responses = parts.filter((part) => part.type === 'tool_call_response');
  return responses.length > 0 && !parts.some((part) => part.type === 'text');
}

/** Input of a request: `contents`, `systemInstruction` and `tools` in the shapes of both SDKs. */
export function generateInput(contents: unknown, systemInstruction: unknown, tools: unknown): InputContent {
  const system = geminiPartsOf(systemInstruction);
  const definitions = (asArray(tools) ?? []).flatMap(toolDefinitions);
  return {
    system: system.length === 0 ? undefined : system,
    messages: contentMessages(contents),
    tools: definitions.length === 0 ? undefined : definitions,
  };
}

/**
 * A `Tool` is a list of functions, or a tool of Google's under the name of the tool; the settings of such a tool are
 * not recorded.
 */
function toolDefinitions(value: unknown): ToolDefinition[] {
  const tool = asObject(value) ?? {};
  return Object.keys(tool).flatMap((key) => {
    const type = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (type === 'function_declarations') return (asArray(tool[key]) ?? []).flatMap(functionDefinition);
    return typeof tool[key] === 'object' && tool[key] !== null ? [{ type, name: type }] : [];
  });
}

function functionDefinition(value: unknown): ToolDefinition[] {
  const declaration = asObject(value);
  const name = asString(declaration?.name);
  if (declaration === undefined || name === undefined) return [];
  const parameters = asObject(declaration.parametersJsonSchema) ?? asObject(declaration.parameters);
  return [{ type: 'function', name, description: asString(declaration.description), parameters }];
}

/** Output of a request: one message per candidate. */
export function generateOutput(body: unknown): OutputMessage[] {
  return (inChoiceOrder(asObject(body)?.candidates) ?? []).map((entry) => {
    const candidate = asObject(entry) ?? {};
    return {
      role: 'assistant',
      parts: geminiPartsOf(asObject(candidate.content) ?? []),
      ...geminiFinishReasonField(candidate.finishReason, hasFunctionCall(candidate)),
    };
  });
}

/** `finish_reason` of a message: the common word, except `tool_call`, the word of the message schema for `tool_calls`. */
export function geminiFinishReasonField(raw: unknown, calls: boolean): { finish_reason?: string } {
  if (raw === undefined || raw === null || raw === '') return {};
  const reason = candidateReason(raw, calls);
  return { finish_reason: reason === 'tool_calls' ? 'tool_call' : reason };
}
