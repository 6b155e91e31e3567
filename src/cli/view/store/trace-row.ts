import {
  CONVERSATION_ID,
  OPERATION_NAME,
  REQUEST_MODEL,
  RESPONSE_MODEL,
  SESSION_ID,
  STREAM_OUTCOME,
} from '../../../facts/semconv.ts';
import { summarize } from '../../../pipeline/exporters/tree/rows/trace-summary.ts';
import { isModelCall, textOfSpan } from '../../../pipeline/exporters/tree/spans/span-facts.ts';
import type { TreeSpan } from '../../../pipeline/exporters/tree/spans/tree-span.ts';
import type { LogRow, TraceRow, ViewedSpan } from '../../../viewer/page-data.ts';
import { attributesWithContent, inputOf, messageText } from './content-of.ts';

/** Characters of a preview. */
const PREVIEW_LENGTH = 200;

const KINDS = { unspecified: 0, internal: 0, server: 1, client: 2, producer: 3, consumer: 4 } as const;

/** A span as the tree of the terminal reads spans. */
function toTreeSpan(span: ViewedSpan): TreeSpan {
  return {
    ...span,
    kind: KINDS[span.kind],
    startMs: span.startTime,
    failed: span.status === 'error',
    description: span.statusMessage,
  };
}

/** The model of a call: as requested, else as answered. */
export const modelOf = ({ attributes }: Pick<ViewedSpan, 'attributes'>): string | undefined => {
  const model = attributes[REQUEST_MODEL] ?? attributes[RESPONSE_MODEL];
  return typeof model === 'string' && model !== '' ? model : undefined;
};

/** The conversation of a span: `gen_ai.conversation.id`, else `session.id`. */
export const conversationOf = ({ attributes }: Pick<ViewedSpan, 'attributes'>): string | undefined => {
  const id = attributes[CONVERSATION_ID] ?? attributes[SESSION_ID];
  return typeof id === 'string' && id !== '' ? id : undefined;
};

/** Sums up the spans of a trace, at least one. */
export function traceRow(traceId: string, spans: readonly ViewedSpan[], logs: readonly LogRow[]): TraceRow {
  const inOrder = [...spans].sort((a, b) => a.startTime - b.startTime);
  const tree = inOrder.map(toTreeSpan);
  const calls = tree.filter(isModelCall);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const root = inOrder.find(({ parentSpanId }) => parentSpanId === undefined || !ids.has(parentSpanId)) ?? inOrder[0];
  const startTime = inOrder[0]?.startTime ?? 0;
  const endTime = inOrder.reduce((latest, span) => Math.max(latest, span.startTime + span.durationMs), startTime);
  const { input, output, cost, errors } = summarize(tree);
  const firstCall = inOrder.find((span) => isModelCall(span));
  return {
    traceId,
    name: root?.name ?? '',
    service: root?.service ?? '',
    startTime,
    durationMs: endTime - startTime,
    spans: spans.length,
    calls: calls.length,
    tools: tree.filter((span) => textOfSpan(span, OPERATION_NAME) === 'execute_tool').length,
    errors,
    streams: calls.filter((span) => textOfSpan(span, STREAM_OUTCOME) !== undefined).length,
    models: [...new Set(calls.map(modelOf).filter((model) => model !== undefined))],
    inputTokens: input,
    outputTokens: output,
    cost,
    preview: firstCall === undefined ? undefined : previewOf(firstCall, logs),
    conversationId: inOrder.map(conversationOf).find((id) => id !== undefined),
  };
}

/** The last user message of a model call; undefined without captured content. */
export function previewOf(call: ViewedSpan, logs: readonly LogRow[]): string | undefined {
  const input = inputOf(attributesWithContent(call, logs));
  const question = input.findLast(({ role, parts }) => role === 'user' && messageText({ parts }) !== '');
  return question && messageText(question).slice(0, PREVIEW_LENGTH);
}
