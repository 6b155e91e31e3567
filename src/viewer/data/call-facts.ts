/** Facts of spans for the screens. */
import {
  INPUT_MESSAGES,
  OPERATION_NAME,
  OUTPUT_MESSAGES,
  SYSTEM_INSTRUCTIONS,
  TOOL_CALL_ARGUMENTS,
  TOOL_CALL_ID,
  TOOL_CALL_RESULT,
  TOOL_NAME,
} from '../../facts/semconv.ts';
import { messagesOf, objectsOf, structureOf } from '../../pipeline/exporters/tree/spans/read-messages.ts';
import { isModelCall } from '../../pipeline/exporters/tree/spans/span-facts.ts';
import type { Fields, ViewedSpan } from '../page-data.ts';

/** True for a call of a model. */
export const isCall: (span: ViewedSpan) => boolean = isModelCall;

/** A text attribute; undefined without a text. */
export function textOf({ attributes }: Pick<ViewedSpan, 'attributes'>, key: string): string | undefined {
  const value = attributes[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number; undefined without a number, never 0 for an unknown one. */
export function numberOf({ attributes }: Pick<ViewedSpan, 'attributes'>, key: string): number | undefined {
  const value = attributes[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The operation: `chat`, `execute_tool`, ... */
export const operationOf = (span: ViewedSpan): string | undefined => textOf(span, OPERATION_NAME);

/** A message of the chat; parts are objects of the conventions. */
export interface ChatMessage {
  readonly role: string;
  readonly parts: readonly Fields[];
}

/** All captured messages of a span in order: instructions, input, output; of a tool the call and the result. */
export function chatOf(span: ViewedSpan): ChatMessage[] {
  const { attributes } = span;
  const system = objectsOf(structureOf(attributes[SYSTEM_INSTRUCTIONS]));
  const messages: ChatMessage[] = [
    ...(system.length > 0 ? [{ role: 'system', parts: system }] : []),
    ...messagesOf(attributes[INPUT_MESSAGES]),
    ...messagesOf(attributes[OUTPUT_MESSAGES]),
  ];
  const [args, result] = [attributes[TOOL_CALL_ARGUMENTS], attributes[TOOL_CALL_RESULT]];
  const tool = { id: attributes[TOOL_CALL_ID], name: attributes[TOOL_NAME] };
  if (args !== undefined)
    messages.push({ role: 'assistant', parts: [{ type: 'tool_call', ...tool, arguments: structureOf(args) ?? args }] });
  if (result !== undefined)
    messages.push({
      role: 'tool',
      parts: [{ type: 'tool_call_response', id: tool.id, response: structureOf(result) ?? result }],
    });
  return messages;
}

/** The span to show first: the last model call that failed, else the last model call, else the first span. */
export function firstSpan(spans: readonly ViewedSpan[]): ViewedSpan | undefined {
  const calls = spans.filter(isCall);
  return calls.findLast(({ status }) => status === 'error') ?? calls.at(-1) ?? spans[0];
}
