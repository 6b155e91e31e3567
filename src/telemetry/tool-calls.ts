/**
 * Which model call asked for a tool: from the id of a tool call to the span whose answer held it, so that the span of the
 * tool can be linked to that one. Shared by all copies of this package in a process.
 */
import type { Span, SpanContext } from '@opentelemetry/api';
import type { OperationName } from './facts.ts';

const ASKED = Symbol.for('@x/llm-otel.tool-calls');
/** A model waits for its tools, so that they run soon or never. */
const REMEMBERED = 1000;
/** `TraceFlags.SAMPLED` */
const SAMPLED = 1;

const scope = globalThis as { [ASKED]?: Map<string, SpanContext> };

/** The answer of `span` holds tool calls with these ids. One that is fetched later does not ask again. */
export function rememberToolCalls(ids: readonly string[], span: Span, operation: OperationName): void {
  const context = span.spanContext();
  if ((context.traceFlags & SAMPLED) === 0) return; // there would be nothing at the other end of the link
  scope[ASKED] ??= new Map();
  const asked = scope[ASKED];
  for (const id of ids) {
    if (operation === 'fetch_response' && asked.has(id)) continue;
    asked.delete(id); // the newest are the last
    asked.set(id, context);
    if (asked.size <= REMEMBERED) continue;
    const [oldest] = asked.keys();
    if (oldest !== undefined) asked.delete(oldest);
  }
}

/** Where the span is whose answer asked for the tool call `id`, if it is remembered. */
export function askedBy(id: unknown): SpanContext | undefined {
  return typeof id === 'string' ? scope[ASKED]?.get(id) : undefined;
}
