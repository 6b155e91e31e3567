import type { Span, SpanContext } from '@opentelemetry/api';
import { FLAG_SAMPLED, RESPONSE_ID } from '../facts/semconv.ts';
import { asString } from '../providers/reading/unknown-values.ts';
import { warnOnce } from '../runtime/log.ts';
import { spanOfAnswer } from '../telemetry/links/response-spans.ts';

/** The data by which an application remembers an answer: the response id, the ids of the span, or both. */
export interface AnswerPlace {
  readonly responseId?: string | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
}

/**
 * An answer: the response object of an SDK, the id of the response, the span of the call, the span context, or remembered
 * ids. A response object is any object with an `id` or a `responseId`, directly or in its `response`.
 */
export type FeedbackTarget = string | Span | SpanContext | AnswerPlace | object;

/** Response id and span of an answer; at least one of both is defined. */
export interface ResolvedTarget {
  readonly id: string | undefined;
  readonly span: SpanContext | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

/** Response id and span of `target`; undefined, with a warning, if `target` has neither. */
export function feedbackTargetOf(target: unknown): ResolvedTarget | undefined {
  const id = responseIdOf(target);
  const span = spanContextOf(target) ?? (id === undefined ? undefined : spanOfAnswer(id));
  if (id !== undefined || span !== undefined) return { id, span };
  warnOnce(
    'recordFeedback: expected a response, its id, a span or { responseId, traceId, spanId } first; it is not recorded.',
  );
  return undefined;
}

function responseIdOf(target: unknown): string | undefined {
  if (typeof target === 'string') return asString(target);
  const fields = fieldsOf(target);
  const response = fieldsOf(fields.response);
  return (
    asString(fields.responseId) ??
    asString(fields.id) ??
    asString(response.responseId) ??
    asString(response.id) ??
    // The attributes of an SDK's span can be read; the API has no way to read a span.
    asString(fieldsOf(fields.attributes)[RESPONSE_ID])
  );
}

/** The span context of `target`; undefined without valid ids. */
function spanContextOf(target: unknown): SpanContext | undefined {
  const fields = fieldsOf(target);
  const context = typeof fields.spanContext === 'function' ? fieldsOf((target as Span).spanContext()) : fields;
  const { traceId, spanId, traceFlags } = context;
  if (traceId === undefined && spanId === undefined) return undefined;
  if (typeof traceId === 'string' && TRACE_ID.test(traceId) && typeof spanId === 'string' && SPAN_ID.test(spanId))
    return { traceId, spanId, traceFlags: typeof traceFlags === 'number' ? traceFlags : FLAG_SAMPLED };
  // In a process without tracing the ids of a span are all zeros, and a warning would be wrong.
  if (typeof fields.spanContext !== 'function')
    warnOnce('recordFeedback: expected a traceId of 32 and a spanId of 16 hexadecimal digits; they are left out.');
  return undefined;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
