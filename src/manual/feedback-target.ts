import type { Span, SpanContext } from '@opentelemetry/api';
import { FLAG_SAMPLED, RESPONSE_ID } from '../facts/semconv.ts';
import { asString } from '../providers/reading/unknown-values.ts';
import { warnOnce } from '../runtime/log.ts';
import { spanOfAnswer } from '../telemetry/links/response-spans.ts';

/** Where an answer is to be found, as an application keeps it: the response id, the place of the span, or both. */
export interface AnswerPlace {
  readonly responseId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

/**
 * An answer: the response object of an SDK, its id, the span of the call or its context, or what was kept of them. A
 * response object is any object with an `id` or a `responseId`, its own or of its `response`.
 */
export type FeedbackTarget = string | Span | SpanContext | AnswerPlace | object;

/** What leads to an answer; at least one of the two. */
export interface SpanPlace {
  readonly id: string | undefined;
  readonly span: SpanContext | undefined;
}

type Loose = Readonly<Record<string, unknown>>;

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

/** Finds out what `target` is; `undefined`, with a warning, if it leads nowhere. */
export function feedbackTargetOf(target: unknown): SpanPlace | undefined {
  const id = responseId(target);
  const span = given(target) ?? (id === undefined ? undefined : spanOfAnswer(id));
  if (id !== undefined || span !== undefined) return { id, span };
  warnOnce(
    'recordFeedback: expected a response, its id, a span or { responseId, traceId, spanId } first; it is not recorded.',
  );
  return undefined;
}

function responseId(target: unknown): string | undefined {
  if (typeof target === 'string') return asString(target);
  const fields = loose(target);
  const response = loose(fields.response);
  return (
    asString(fields.responseId) ??
    asString(fields.id) ??
    asString(response.responseId) ??
    asString(response.id) ??
    // The SDK's spans can be read; other spans tell nothing.
    asString(loose(fields.attributes)[RESPONSE_ID])
  );
}

/** The place of the span that is given. One that is not sampled, or not valid, is none. */
function given(target: unknown): SpanContext | undefined {
  const fields = loose(target);
  const context = typeof fields.spanContext === 'function' ? loose((target as Span).spanContext()) : fields;
  const { traceId, spanId, traceFlags } = context;
  if (traceId === undefined && spanId === undefined) return undefined;
  if (typeof traceId === 'string' && TRACE_ID.test(traceId) && typeof spanId === 'string' && SPAN_ID.test(spanId))
    return { traceId, spanId, traceFlags: typeof traceFlags === 'number' ? traceFlags : FLAG_SAMPLED };
  // The span of a process without tracing is all zeros: nothing to complain about.
  if (typeof fields.spanContext !== 'function')
    warnOnce('recordFeedback: expected a traceId of 32 and a spanId of 16 hexadecimal digits; they are left out.');
  return undefined;
}

function loose(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? (value as Loose) : {};
}
