/**
 * Which span a response belongs to: for feedback that comes while the process still runs, and for the tools that it asks
 * for. Shared by all copies of this package in a process.
 */
import type { Span, SpanContext } from '@opentelemetry/api';
import type { OperationName, ResponseFacts } from '../../facts/call.ts';
import { remember, remembered, type SpanRing, spanRing } from './recent-spans.ts';
import { rememberToolCalls } from './tool-call-spans.ts';

const ANSWERS = Symbol.for('@x/llm-otel.answers');

const scope = globalThis as { [ANSWERS]?: SpanRing };
scope[ANSWERS] ??= spanRing();
const ring = scope[ANSWERS];

/** `span` has got `response`. One that is fetched later stays with the call that made it. */
export function rememberAnswer(response: ResponseFacts, span: Span, operation: OperationName): void {
  if (response.toolCalls !== undefined) rememberToolCalls(response.toolCalls, span, operation);
  if (response.id === undefined || operation === 'fetch_response' || !span.isRecording()) return;
  remember(ring, response.id, span.spanContext());
}

/** Where the span of the response `id` is, if it is remembered; the newest of several. */
export function spanOfAnswer(id: string): SpanContext | undefined {
  return remembered(ring, id);
}
