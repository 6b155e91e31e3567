/** What is written down of a model call that has ended: on its span, in the log events, in the metrics. */
import type { Attributes, Context, Span } from '@opentelemetry/api';
import type { Failure, RequestFacts, StreamOutcome } from '../../facts/call.ts';
import { ERROR_TYPE, EXCEPTION_EVENT, STATUS_ERROR, STREAM_OUTCOME } from '../../facts/semconv.ts';
import { type CallContent, goesOnEvents, goesOnSpans, prepareContent } from '../content/prepare.ts';
import type { CallResult } from '../nested/nested-calls.ts';
import { addCost, responseAttributes, startAttributes } from '../signals/attributes.ts';
import { emitDetails, emitException, exceptionAttributes } from '../signals/events.ts';
import { isInference, Metrics } from '../signals/metrics.ts';
import type { RecordingTarget } from './recording-target.ts';
import type { StreamedAnswer } from './streamed-answer.ts';

/** A call that has ended. */
export interface EndedCall {
  readonly request: RequestFacts;
  readonly span: Span;
  readonly context: Context;
  /** In milliseconds of {@link now}. */
  readonly started: number;
  readonly answer: StreamedAnswer | undefined;
  readonly known: CallResult;
  readonly outcome: StreamOutcome | undefined;
  readonly failure: Failure | undefined;
}

/** Adds to the span what came of the call, and emits its events. `said` is there if its content may be wanted. */
export function recordCall(
  target: RecordingTarget,
  call: EndedCall,
  said: (() => CallContent | undefined) | undefined,
): void {
  const { span, known, outcome, failure, answer } = call;
  const { response, cost } = known;
  const { config } = target;
  if (failure !== undefined) logException(target, call.context, failure);
  if (!span.isRecording()) return;

  const attributes = response === undefined ? {} : responseAttributes(response, config.metricsSemconv !== 'latest');
  if (cost !== undefined) addCost(attributes, cost);
  if (outcome !== undefined) attributes[STREAM_OUTCOME] = outcome;
  answer?.addTo(attributes, call.started);
  if (failure !== undefined) attributes[ERROR_TYPE] = failure.type;
  span.setAttributes(known.late === undefined ? attributes : { ...known.late, ...attributes });
  if (known.name !== undefined) span.updateName(known.name);
  if (said !== undefined && config.captureContent !== 'NO_CONTENT') recordContent(target, call, attributes, said());
  answer?.addEventsTo(span);
  if (failure === undefined) return;
  const exception = exceptionAttributes(failure, goesOnSpans(config) ? config : undefined);
  span.addEvent(EXCEPTION_EVENT, exception);
  span.setStatus({ code: STATUS_ERROR, message: String(exception['exception.message']) });
}

function logException(target: RecordingTarget, context: Context, failure: Failure): void {
  const { config } = target;
  const logger = target.logger();
  if (logger !== undefined)
    emitException(logger, context, failure, exceptionAttributes(failure, goesOnEvents(config) ? config : undefined));
}

function recordContent(
  target: RecordingTarget,
  { request, span, context }: EndedCall,
  attributes: Attributes,
  said: CallContent | undefined,
): void {
  if (said === undefined) return;
  const { config } = target;
  const content = prepareContent(said, config);
  if (goesOnSpans(config) && content !== undefined) span.setAttributes(content.json);
  const logger = goesOnEvents(config) && isInference(request.operation) ? target.logger() : undefined;
  if (logger === undefined) return;
  const all = { ...startAttributes(request), ...attributes };
  emitDetails(logger, context, all, content?.structured ?? {});
}

/** Records the metrics of a call that lasted `seconds`. */
export function measureCall(metrics: Metrics, call: EndedCall, seconds: number): void {
  const { request, failure } = call;
  const { response, cost, firstChunk } = call.known;
  metrics.end(request, seconds, response, failure?.type);
  if (cost !== undefined) metrics.cost(cost.total, Metrics.attributes(request, response?.model));
  const first = call.answer?.first ?? firstChunk;
  if (first !== undefined && isInference(request.operation))
    metrics.firstChunk((first - call.started) / 1000, Metrics.attributes(request, response?.model));
}
