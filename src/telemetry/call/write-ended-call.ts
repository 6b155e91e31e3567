/** Writes an ended model call to its span, to log events and to metrics. */
import type { Attributes, Context, Span } from '@opentelemetry/api';
import type { Failure, RequestFacts, StreamOutcome } from '../../facts/call.ts';
import { ERROR_TYPE, EXCEPTION_EVENT, STATUS_ERROR, STREAM_OUTCOME } from '../../facts/semconv.ts';
import { boundedName } from '../../runtime/bounded-name.ts';
import { swallow } from '../../runtime/guard.ts';
import {
  type CallContent,
  emitsDetails,
  goesOnEvents,
  goesOnSpans,
  needsContent,
  type PreparedContent,
  prepareContent,
} from '../content/prepare.ts';
import { uploadContent } from '../content/upload/load-upload.ts';
import type { CallResult } from '../nested/call-result.ts';
import { addAddress, addCost, responseAttributes, startAttributes } from '../signals/attributes.ts';
import { emitDetails, emitException, exceptionAttributes } from '../signals/events.ts';
import { isInference, Metrics } from '../signals/metrics.ts';
import { countFailedCall } from './call-counts.ts';
import type { RecordingTarget } from './recording-target.ts';
import type { StreamedAnswer } from './streamed-answer.ts';

/** A call that has ended. */
export interface EndedCall {
  readonly request: RequestFacts;
  readonly span: Span;
  readonly context: Context;
  /** In milliseconds of {@link now}. */
  readonly startTime: number;
  readonly streamedAnswer: StreamedAnswer | undefined;
  readonly result: CallResult;
  readonly outcome: StreamOutcome | undefined;
  readonly failure: Failure | undefined;
}

/** Adds the result of the call to the span and emits its events. `readContent` is set if the content may be needed. */
export function recordCall(
  target: RecordingTarget,
  call: EndedCall,
  readContent: (() => CallContent | undefined) | undefined,
): void {
  const { span, result, outcome, failure, streamedAnswer } = call;
  const { response, cost, lateAttributes, spanName } = result;
  const { config } = target;
  if (failure !== undefined) countFailedCall();
  if (failure !== undefined) logException(target, call.context, failure);
  if (!span.isRecording()) return;

  const attributes = response === undefined ? {} : responseAttributes(response, config.metricsSemconv !== 'latest');
  if (cost !== undefined) addCost(attributes, cost);
  if (call.request.addressComesLate === true) addAddress(attributes, call.request);
  if (outcome !== undefined) attributes[STREAM_OUTCOME] = outcome;
  streamedAnswer?.addTo(attributes, call.startTime);
  if (failure !== undefined) attributes[ERROR_TYPE] = boundedName(failure.type);
  span.setAttributes(lateAttributes === undefined ? attributes : { ...lateAttributes, ...attributes });
  if (spanName !== undefined) span.updateName(spanName);
  const captured = needsContent(config) ? readContent?.() : undefined;
  const content = captured === undefined ? undefined : prepareContent(captured, config);
  if (goesOnSpans(config) && content !== undefined) span.setAttributes(content.json);
  if (config.completionHook === 'upload' && content !== undefined) {
    const references = uploadContent(content, config);
    span.setAttributes(references);
    Object.assign(attributes, references);
  }
  // Without content, only an event that the user asks for is worth the cost.
  if (captured !== undefined || config.emitEvent === true) logDetails(target, call, attributes, content);
  streamedAnswer?.addEventsTo(span);
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

function logDetails(
  target: RecordingTarget,
  { request, context }: EndedCall,
  attributes: Attributes,
  content: PreparedContent | undefined,
): void {
  const { config } = target;
  const logger = emitsDetails(config) && isInference(request.operation) ? target.logger() : undefined;
  if (logger === undefined) return;
  const allAttributes = { ...startAttributes(request), ...attributes };
  emitDetails(logger, context, allAttributes, goesOnEvents(config) ? (content?.structured ?? {}) : {});
}

/** Records the metrics of a call with a duration of `seconds`. Never throws. */
export function measureCall(metrics: Metrics, call: EndedCall, seconds: number): void {
  try {
    const { request, failure } = call;
    const { response, cost, firstChunk, isFromCache } = call.result;
    if (isFromCache === true) return;
    const attributes = Metrics.attributes(request, response?.model);
    metrics.end(request, seconds, response, failure?.type, attributes);
    if (cost !== undefined) metrics.cost(cost.total, attributes);
    const first = call.streamedAnswer?.firstChunkTime ?? firstChunk;
    if (first !== undefined && isInference(request.operation))
      metrics.firstChunk((first - call.startTime) / 1000, attributes);
  } catch (error) {
    swallow(error);
  }
}
