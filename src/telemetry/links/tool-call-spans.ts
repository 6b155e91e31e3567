/**
 * Finds the model call behind a tool call: maps the id of the tool call to the span of the model call, and the span of the
 * tool links to the span of the model call. A short memory is enough: a model waits for its tools, so tools run soon or
 * never. Shared by all copies of this package in a process.
 */
import type { Span, SpanContext } from '@opentelemetry/api';
import type { OperationName } from '../../facts/call.ts';
import { FLAG_SAMPLED } from '../../facts/semconv.ts';
import { createRecentSpans, findSpan, type RecentSpans, storeSpan } from './recent-spans.ts';

const TOOL_CALLS = Symbol.for('@x/llm-otel.tool-calls');

const scope = globalThis as { [TOOL_CALLS]?: RecentSpans };

/** Stores `span` for the ids of the tool calls in the answer. An answer that is fetched later asks for no tool again. */
export function rememberToolCalls(ids: readonly string[], span: Span, operation: OperationName): void {
  const context = span.spanContext();
  if ((context.traceFlags & FLAG_SAMPLED) === 0) return; // a link would point to a span that is not exported
  scope[TOOL_CALLS] ??= createRecentSpans();
  const recentSpans = scope[TOOL_CALLS];
  for (const id of ids)
    if (operation !== 'fetch_response' || findSpan(recentSpans, id) === undefined) storeSpan(recentSpans, id, context);
}

/** The span of the model call with the tool call `id` in the answer, if the span is still stored. */
export function spanOfToolCall(id: unknown): SpanContext | undefined {
  return typeof id === 'string' ? findSpan(scope[TOOL_CALLS], id) : undefined;
}
