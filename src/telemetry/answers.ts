/**
 * Which span a response belongs to: for feedback that comes while the process still runs, and for the tools that it asks
 * for. Shared by all copies of this package in a process.
 */
import type { Span, SpanContext } from '@opentelemetry/api';
import type { OperationName, ResponseFacts } from './facts.ts';
import { rememberToolCalls } from './tool-calls.ts';

const ANSWERS = Symbol.for('@x/llm-otel.answers');
const REMEMBERED = 1000;

/** The ids of the last answers: to remember one is two writes, and who asks looks through all of them. */
interface Ring {
  readonly ids: string[];
  readonly spans: SpanContext[];
  next: number;
}

const scope = globalThis as { [ANSWERS]?: Ring };

/** `span` has got `response`. One that is fetched later stays with the call that made it. */
export function rememberAnswer(response: ResponseFacts, span: Span, operation: OperationName): void {
  if (response.toolCalls !== undefined) rememberToolCalls(response.toolCalls, span, operation);
  if (response.id === undefined || operation === 'fetch_response' || !span.isRecording()) return;
  scope[ANSWERS] ??= { ids: [], spans: [], next: 0 };
  const ring = scope[ANSWERS];
  ring.ids[ring.next] = response.id;
  ring.spans[ring.next] = span.spanContext();
  ring.next = (ring.next + 1) % REMEMBERED;
}

/** Where the span of the response `id` is, if it is remembered; the newest of several. */
export function spanOfAnswer(id: string): SpanContext | undefined {
  const ring = scope[ANSWERS];
  if (ring === undefined) return undefined;
  const { ids, spans, next } = ring;
  const at = next === 0 ? -1 : ids.lastIndexOf(id, next - 1);
  return spans[at >= 0 ? at : ids.lastIndexOf(id)];
}
