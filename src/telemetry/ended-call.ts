/** What is written down of a model call that has ended: on its span, in the log events, in the metrics. */
import type { Attributes, Context, Span } from '@opentelemetry/api';
import { addCost, responseAttributes, startAttributes } from './attributes.ts';
import { type CallContent, goesOnEvents, goesOnSpans, prepareContent } from './content/prepare.ts';
import type { Known } from './enrich.ts';
import { emitDetails, emitException, exceptionAttributes } from './events.ts';
import type { Failure, RequestFacts, StreamOutcome } from './facts.ts';
import { isInference, Metrics } from './metrics.ts';
import { ERROR_TYPE, EXCEPTION_EVENT, STATUS_ERROR, STREAM_OUTCOME } from './semconv.ts';
import type { StreamedAnswer } from './streamed-answer.ts';
import type { Recorder } from './telemetry.ts';

/** A call that has ended. */
export interface EndedCall {
  readonly request: RequestFacts;
  readonly span: Span;
  readonly context: Context;
  /** In milliseconds of {@link now}. */
  readonly started: number;
  readonly answer: StreamedAnswer | undefined;
  readonly known: Known;
  readonly outcome: StreamOutcome | undefined;
  readonly failure: Failure | undefined;
}

/** Adds to the span what came of the call, and emits its events. `said` is asked only with content capture on. */
export function recordCall(recorder: Recorder, call: EndedCall, said: () => CallContent | undefined): void {
  const { span, context, known, outcome, failure, answer } = call;
  const { response, cost } = known;
  const { config, logger } = recorder;
  const recording = span.isRecording();
  const onSpan = goesOnSpans(config);
  const onEvent = goesOnEvents(config);
  if (failure !== undefined && logger !== undefined)
    emitException(logger, context, failure, exceptionAttributes(failure, onEvent ? config : undefined));
  if (!recording) return;

  const attributes = response === undefined ? {} : responseAttributes(response, config.metricsSemconv !== 'latest');
  if (cost !== undefined) addCost(attributes, cost);
  if (outcome !== undefined) attributes[STREAM_OUTCOME] = outcome;
  answer?.addTo(attributes, call.started);
  if (failure !== undefined) attributes[ERROR_TYPE] = failure.type;
  span.setAttributes(known.late === undefined ? attributes : { ...known.late, ...attributes });
  if (known.name !== undefined) span.updateName(known.name);
  if (onSpan || onEvent) recordContent(recorder, call, attributes, said(), onSpan, onEvent);
  answer?.addEventsTo(span);
  if (failure === undefined) return;
  const exception = exceptionAttributes(failure, onSpan ? config : undefined);
  span.addEvent(EXCEPTION_EVENT, exception);
  span.setStatus({ code: STATUS_ERROR, message: String(exception['exception.message']) });
}

function recordContent(
  { config, logger }: Recorder,
  { request, span, context }: EndedCall,
  attributes: Attributes,
  said: CallContent | undefined,
  onSpan: boolean,
  onEvent: boolean,
): void {
  if (said === undefined) return;
  const content = prepareContent(said, config);
  if (onSpan && content !== undefined) span.setAttributes(content.json);
  if (!onEvent || logger === undefined || !isInference(request.operation)) return;
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
