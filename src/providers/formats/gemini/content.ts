/**
 * What was said in a `generateContent` call, in the conventions' messages and parts. Pure functions of unknown values:
 * what is missing or of a wrong type was not sent.
 */
import type { InputContent, Message, OutputMessage, Part, ToolDefinition } from '../../../facts/messages.ts';
import { asArray, asObject, asString } from '../../reading/unknown-values.ts';
import { partsOf } from './content-parts.ts';
import { candidateReason, hasFunctionCall } from './response.ts';

/** `model` and `function` are Gemini's words for them. */
const ROLES: Readonly<Record<string, string>> = { model: 'assistant', function: 'tool' };

/** Contents in any shape the SDKs take: a text, a part, a list of them, a `Content`, a list of those. */
export function contentMessages(contents: unknown): Message[] {
  const list = asArray(contents);
  if (list === undefined) return contents === undefined || contents === null ? [] : [message(contents)];
  // Parts and texts next to each other are one message.
  return list.some(isContent) ? list.map(message) : list.length === 0 ? [] : [message(list)];
}

function isContent(value: unknown): boolean {
  const fields = asObject(value);
  return fields !== undefined && (fields.parts !== undefined || fields.role !== undefined);
}

function message(content: unknown): Message {
  const parts = partsOf(content);
  const role = asString(asObject(content)?.role) ?? 'user';
  return { role: isToolAnswer(parts) ? 'tool' : (ROLES[role] ?? role), parts };
}

/** The API has the answers of functions sent as the user's, or as nobody's. */
function isToolAnswer(parts: readonly Part[]): boolean {
  const responses = parts.filter((part) => part.type === 'tool_call_response');
  return responses.length > 0 && !parts.some((part) => part.type === 'text');
}

/** Content of a request: `contents`, `systemInstruction` and `tools` as either SDK takes them. */
export function generateInput(contents: unknown, systemInstruction: unknown, tools: unknown): InputContent {
  const system = partsOf(systemInstruction);
  const definitions = (asArray(tools) ?? []).flatMap(toolDefinitions);
  return {
    system: system.length === 0 ? undefined : system,
    messages: contentMessages(contents),
    tools: definitions.length === 0 ? undefined : definitions,
  };
}

/** A `Tool` is a list of functions, or a tool of Google's under its name; settings of those are not recorded. */
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

/** One message per candidate. */
export function generateOutput(body: unknown): OutputMessage[] {
  return (asArray(asObject(body)?.candidates) ?? []).map((entry) => {
    const candidate = asObject(entry) ?? {};
    return {
      role: 'assistant',
      parts: partsOf(asObject(candidate.content) ?? []),
      ...geminiFinishReasonField(candidate.finishReason, hasFunctionCall(candidate)),
    };
  });
}

/** `finish_reason` of a message, if there is a reason: the common vocabulary, but for one word of the message schema. */
export function geminiFinishReasonField(raw: unknown, calls: boolean): { finish_reason?: string } {
  if (raw === undefined || raw === null || raw === '') return {};
  const reason = candidateReason(raw, calls);
  return { finish_reason: reason === 'tool_calls' ? 'tool_call' : reason };
}
