/**
 * Finds the span of a response, for feedback while the process still runs. Also stores the tool calls of the response.
 * Shared by all copies of this package in a process.
 */
import type { Span, SpanContext } from '@opentelemetry/api';
import type { OperationName, ResponseFacts } from '../../facts/call.ts';
import { createRecentSpans, findSpan, type RecentSpans, storeSpan } from './recent-spans.ts';
import { rememberToolCalls } from './tool-call-spans.ts';

const ANSWERS = Symbol.for('@x/llm-otel.answers');

const scope = globalThis as { [ANSWERS]?: RecentSpans };
scope[ANSWERS] ??= createRecentSpans();
const recentSpans = scope[ANSWERS];

/** Stores the span of a response. A response that is fetched later keeps the span of the call that created the response. */
export function rememberAnswer(response: ResponseFacts, span: Span, operation: OperationName): void {
  if (response.toolCalls !== undefined) rememberToolCalls(response.toolCalls, span, operation);
  if (response.id === undefined || operation === 'fetch_response' || !span.isRecording()) return;
  storeSpan(recentSpans, response.id, span.spanContext());
}

/** The span of the response `id`, if the span is still stored; of several spans the newest. */
export function spanOfAnswer(id: string): SpanContext | undefined {
  return findSpan(recentSpans, id);
}
