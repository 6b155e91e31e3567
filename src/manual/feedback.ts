import type { Attributes, Context } from '@opentelemetry/api';
import {
  EVALUATION_EVENT,
  EVALUATION_EXPLANATION,
  EVALUATION_LABEL,
  EVALUATION_NAME,
  EVALUATION_SCORE,
  RESPONSE_ID,
  SEVERITY_INFO,
} from '../facts/semconv.ts';
import { contextAt } from '../otel/globals.ts';
import { asString } from '../providers/reading/unknown-values.ts';
import { swallow } from '../runtime/guard.ts';
import { warnOnce } from '../runtime/log.ts';
import type { CallRecorder } from '../telemetry/call/call-recorder.ts';
import { prepareText } from '../telemetry/content/prepare.ts';
import { recordFeedbackSpan } from '../telemetry/signals/feedback-span.ts';
import { appRecorder } from './app-recorder.ts';
import { type FeedbackTarget, feedbackTargetOf } from './feedback-target.ts';

/** The opinion of a person or of a judge model about an answer. At least one of `score`, `label` and `explanation`. */
export interface Feedback {
  /** `gen_ai.evaluation.name`: the aspect, `relevance`, `user_rating`, ... A word of a fixed set, no free text. */
  readonly name: string;
  /** `gen_ai.evaluation.score.value` */
  readonly score?: number | undefined;
  /** `gen_ai.evaluation.score.label`: `pass`, `fail`, `thumbs_up`, ... */
  readonly label?: string | undefined;
  /**
   * `gen_ai.evaluation.explanation`: the reason. Always recorded, also with content capture off, because the application
   * passes the explanation to be recorded. Redacted and cut like content.
   */
  readonly explanation?: string | undefined;
}

/**
 * Emits `gen_ai.evaluation.result`, a log event with the quality of an answer. The event needs a logger provider: with
 * `register`, `OTEL_LOGS_EXPORTER` other than `none`. With the option `feedback: 'span'` (`LLM_OTEL_FEEDBACK=span`) feedback is
 * a short span of the same name and attributes, and needs a tracer provider.
 *
 * The event belongs to the span of the answer, if the span is known: passed as `target`, or one of the spans of the last
 * 1,000 answers in this process. Later, and in another process, the response id leads to the span (`gen_ai.response.id`).
 * Never throws. A value that cannot be used is left out with one warning.
 *
 * @example
 * const answer = await client.chat.completions.create(request);
 * recordFeedback(answer, { name: 'user_rating', score: 1, label: 'thumbs_up' });
 * recordFeedback('chatcmpl-123', { name: 'relevance', score: 0.4, explanation: 'answers another question' });
 */
export function recordFeedback(target: FeedbackTarget, feedback: Feedback): void {
  try {
    const telemetry = appRecorder();
    if (telemetry === undefined) return;
    const record = writerOf(telemetry);
    if (record === undefined) return;
    const resolved = feedbackTargetOf(target);
    const attributes = attributesOf(feedback);
    if (resolved === undefined || attributes === undefined) return;
    const { id, span } = resolved;
    if (id !== undefined) attributes[RESPONSE_ID] = id;
    const explanation = asString(feedback.explanation);
    const prepared = explanation === undefined ? undefined : prepareText(explanation, 'output', telemetry.config);
    if (prepared !== undefined) attributes[EVALUATION_EXPLANATION] = prepared;
    record(attributes, contextAt(span));
  } catch (error) {
    swallow(error);
  }
}

/** Writes feedback as the options say; undefined, with a warning, where the needed provider is missing. */
function writerOf(telemetry: CallRecorder): ((attributes: Attributes, context: Context) => void) | undefined {
  if (telemetry.config.feedback === 'span') {
    const tracer = telemetry.target()?.tracer;
    if (tracer !== undefined) return (attributes, context) => recordFeedbackSpan(tracer, attributes, context);
    warnOnce(
      'recordFeedback: nothing is recorded without a tracer provider. Start with @x/llm-otel/register, or register one.',
    );
    return undefined;
  }
  const logger = telemetry.logger();
  if (logger !== undefined)
    return (attributes, context) =>
      logger.emit({ eventName: EVALUATION_EVENT, severityNumber: SEVERITY_INFO, attributes, context });
  warnOnce(
    'recordFeedback: nothing is recorded without a logger provider. Start with @x/llm-otel/register and OTEL_LOGS_EXPORTER=otlp, or register one. ' +
      'LLM_OTEL_FEEDBACK=span records feedback as spans, for backends that take traces only.',
  );
  return undefined;
}

/** Attributes of the event; undefined, with a warning, without a name or without any opinion. */
function attributesOf(feedback: Feedback): Attributes | undefined {
  const name = asString(feedback?.name);
  const { score, label, explanation } = feedback ?? {};
  if (name === undefined) {
    warnOnce('recordFeedback: expected { name, score, label, explanation } with a name; it is not recorded.');
    return undefined;
  }
  const attributes: Attributes = { [EVALUATION_NAME]: name };
  if (Number.isFinite(score)) attributes[EVALUATION_SCORE] = score;
  else if (score !== undefined && score !== null)
    warnOnce('recordFeedback: expected a score that is a number; it is left out.');
  const text = asString(label);
  if (text !== undefined) attributes[EVALUATION_LABEL] = text;
  else if (label !== undefined && label !== null)
    warnOnce('recordFeedback: expected a label that is a text; it is left out.');
  if (Object.keys(attributes).length > 1 || asString(explanation) !== undefined) return attributes;
  warnOnce('recordFeedback: expected a score, a label or an explanation; it is not recorded.');
  return undefined;
}
