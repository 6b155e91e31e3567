import { USAGE_COST, USAGE_INPUT_TOKENS, USAGE_OUTPUT_TOKENS } from '../../../facts/semconv.ts';
import type { ReadMessage } from '../../../pipeline/exporters/tree/spans/read-messages.ts';
import { isModelCall } from '../../../pipeline/exporters/tree/spans/span-facts.ts';
import type {
  ConversationDetail,
  ConversationMessage,
  ConversationRow,
  LogRow,
  ViewedSpan,
} from '../../../viewer/page-data.ts';
import { attributesWithContent, inputOf, outputOf } from './content-of.ts';
import { sumOf } from './model-rows.ts';
import { conversationOf, previewOf } from './trace-row.ts';
import type { LogsOfTrace } from './trace-store.ts';

/**
 * Model calls by conversation, each conversation by start. A call without an id belongs to the conversation of the trace, if
 * a span of the trace has one.
 */
export function callsByConversation(traces: readonly (readonly ViewedSpan[])[]): Map<string, ViewedSpan[]> {
  const calls = new Map<string, ViewedSpan[]>();
  for (const spans of traces) {
    const ofTrace = spans.map(conversationOf).find((id) => id !== undefined);
    for (const span of spans) {
      const id = conversationOf(span) ?? ofTrace;
      if (id === undefined || !isModelCall(span)) continue;
      const list = calls.get(id) ?? [];
      calls.set(id, list);
      list.push(span);
    }
  }
  for (const list of calls.values()) list.sort((a, b) => a.startTime - b.startTime);
  return calls;
}

/** A row of the list; `calls` has at least one. */
export function conversationRow(id: string, calls: readonly ViewedSpan[], logsOf: LogsOfTrace): ConversationRow {
  return {
    id,
    service: calls[0]?.service ?? '',
    calls: calls.length,
    traces: new Set(calls.map(({ traceId }) => traceId)).size,
    errors: calls.filter(({ status }) => status === 'error').length,
    startTime: calls[0]?.startTime ?? 0,
    endTime: Math.max(...calls.map(({ startTime, durationMs }) => startTime + durationMs)),
    inputTokens: sumOf(calls, USAGE_INPUT_TOKENS),
    outputTokens: sumOf(calls, USAGE_OUTPUT_TOKENS),
    cost: sumOf(calls, USAGE_COST),
    preview: calls.map((call) => previewOf(call, logsOf(call.traceId))).find((text) => text !== undefined),
  };
}

/** A conversation as one chat: what a call repeats of the calls before stands in the chat once. */
export function conversationDetail(id: string, calls: readonly ViewedSpan[], logsOf: LogsOfTrace): ConversationDetail {
  const messages: ConversationMessage[] = [];
  const keys: string[] = [];
  let callsWithoutContent = 0;
  for (const call of calls) {
    const said = messagesOfCall(call, logsOf(call.traceId));
    if (said.length === 0) callsWithoutContent++;
    for (const message of newMessages(keys, said)) {
      messages.push(fromCall(message, call));
      keys.push(keyOf(message));
    }
  }
  return { ...conversationRow(id, calls, logsOf), messages, callsWithoutContent };
}

function messagesOfCall(call: ViewedSpan, logs: readonly LogRow[]): ReadMessage[] {
  const attributes = attributesWithContent(call, logs);
  return [...inputOf(attributes), ...outputOf(attributes)];
}

const fromCall = ({ role, parts }: ReadMessage, { startTime, traceId, spanId }: ViewedSpan): ConversationMessage => ({
  role,
  parts,
  time: startTime,
  traceId,
  spanId,
});

const keyOf = ({ role, parts }: Pick<ReadMessage, 'role' | 'parts'>): string => JSON.stringify([role, parts]);

/**
 * What a call adds to a chat, of which `keys` are the messages. The messages of the call that stand in the chat in the same order are history: each is looked for behind
 * the message found before, so that a question asked twice stays two questions.
 */
function newMessages(keys: readonly string[], said: readonly ReadMessage[]): ReadMessage[] {
  const added: ReadMessage[] = [];
  let at = 0;
  for (const message of said) {
    const found = added.length > 0 ? -1 : keys.indexOf(keyOf(message), at);
    if (found < 0) added.push(message);
    else at = found + 1;
  }
  return added;
}
