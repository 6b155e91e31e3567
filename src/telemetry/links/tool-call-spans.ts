/**
 * Which model call asked for a tool: from the id of a tool call to the span whose answer held it, so that the span of the
 * tool can be linked to that one. A model waits for its tools, so that they run soon or never. Shared by all copies of
 * this package in a process.
 */
import type { Span, SpanContext } from '@opentelemetry/api';
import type { OperationName } from '../../facts/call.ts';
import { FLAG_SAMPLED } from '../../facts/semconv.ts';
import { remember, remembered, type SpanRing, spanRing } from './recent-spans.ts';

const ASKED = Symbol.for('@x/llm-otel.tool-calls');

const scope = globalThis as { [ASKED]?: SpanRing };

/** The answer of `span` holds tool calls with these ids. One that is fetched later does not ask again. */
export function rememberToolCalls(ids: readonly string[], span: Span, operation: OperationName): void {
  const context = span.spanContext();
  if ((context.traceFlags & FLAG_SAMPLED) === 0) return; // there would be nothing at the other end of the link
  scope[ASKED] ??= spanRing();
  const asked = scope[ASKED];
  for (const id of ids)
    if (operation !== 'fetch_response' || remembered(asked, id) === undefined) remember(asked, id, context);
}

/** Where the span is whose answer asked for the tool call `id`, if it is remembered. */
export function askedBy(id: unknown): SpanContext | undefined {
  return typeof id === 'string' ? remembered(scope[ASKED], id) : undefined;
}
