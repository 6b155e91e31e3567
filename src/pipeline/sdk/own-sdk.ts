/** Parts of the pipeline for an SDK of the application, 2.x or 3.x: processors around exporters of OpenTelemetry. */
import { type Context, TraceFlags } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { UnusableData } from '../../config/sampling/data-fields.ts';
import { readLogSampling } from '../../config/sampling/environment-sampler.ts';
import { readTail, type TailSettings } from '../../config/sampling/tail-settings.ts';
import {
  BATCH_DEFAULTS,
  type BatchSettings,
  BREAKER_DEFAULTS,
  type BreakerSettings,
  defaultQueueBytes,
  MAX_REQUEST_SIZE,
  type PipelineSettings,
  RETRY_DEFAULTS,
  type RetrySettings,
  SCHEDULE_DELAYS,
} from '../../config/sdk/pipeline-settings.ts';
import { stepSources, withSteps } from '../../config/sdk/read-pipelines.ts';
import type { TailOption } from '../../config/start/pipeline-options.ts';
import type { StepOption } from '../../config/start/step-option.ts';
import { readSteps } from '../../config/steps/step-variables.ts';
import { environment } from '../../runtime/platform.ts';
import { setSamplingLogged } from '../decisions/running-sampler.ts';
import { type ObjectExporter, objectDestination } from '../exporters/object-destination.ts';
import { createPipeline } from '../queue/create-pipeline.ts';
import type { Pipeline } from '../queue/pipeline.ts';
import { FLUSH_MS } from '../shipping/process-end.ts';
import type { ExporterLike } from './exporter-like.ts';
import { type ItemSteps, stepsOf } from './item-steps.ts';

/** Settings of a pipeline around an exporter. Everything has the defaults of the configuration file. */
export interface PipelineOptions {
  /** Name in messages and in `status()`; at most 40 of the characters a-z, 0-9, `_` and `-`. Default: the class of the exporter. */
  readonly name?: string;
  readonly batch?: Partial<BatchSettings>;
  readonly retry?: Partial<RetrySettings>;
  /** `null`: no breaker. */
  readonly breaker?: Partial<BreakerSettings> | null;
  /** What happens to items on a copy, before they are exported; after the steps of `LLM_OTEL_STEPS_*`. */
  readonly steps?: readonly StepOption[];
}

/** Settings of a pipeline for spans. */
export interface SpanPipelineOptions extends PipelineOptions {
  /** Which traces are kept, decided when the spans of this process have ended. */
  readonly tail?: TailOption;
}

const NAME = /^[a-z0-9_-]{1,40}$/;

/** Plain settings of a pipeline. Throws a TypeError if the name cannot be used. */
function settingsOf(options: SpanPipelineOptions, signal: 'traces' | 'logs', exporter: object): PipelineSettings {
  const fallback = (exporter.constructor?.name ?? 'exporter')
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .slice(0, 40);
  const name = options.name ?? (fallback || 'exporter');
  if (!NAME.test(name))
    throw new TypeError(`name: expected 1 to 40 of the characters a-z, 0-9, _ and -, got "${name}"`);
  const env = environment();
  if (options.steps !== undefined && !Array.isArray(options.steps))
    throw new TypeError('steps: expected a list of steps');
  return {
    name,
    signal,
    ...withSteps([...readSteps(env, signal), ...(options.steps ?? [])], stepSources(env)),
    exporter: { kind: 'console' },
    maxRequestSize: MAX_REQUEST_SIZE,
    spool: null,
    retry: { ...RETRY_DEFAULTS, ...options.retry },
    ...(options.tail === undefined ? {} : { tail: tailOf(options.tail) }),
    breaker: options.breaker === null ? null : { ...BREAKER_DEFAULTS, ...options.breaker },
    batch: {
      ...BATCH_DEFAULTS,
      scheduleDelay: SCHEDULE_DELAYS[signal],
      maxQueueBytes: defaultQueueBytes(process.constrainedMemory?.()),
      ...options.batch,
    },
  };
}

function tailOf(option: TailOption): TailSettings {
  try {
    return readTail(option, ['tail']);
  } catch (error) {
    throw error instanceof UnusableData ? new TypeError(error.message) : error;
  }
}

/** A pipeline around an exporter, and what sees items that start. */
interface PipelineAround<Item extends object> {
  readonly pipeline: Pipeline<Item>;
  readonly onStart: ItemSteps<Item>['onStart'];
}

/** A pipeline around an exporter. Throws a TypeError at options that cannot be used. */
function pipelineAround<Item extends ReadableSpan | ReadableLogRecord>(
  options: SpanPipelineOptions & { readonly exporter: ExporterLike },
  signal: 'traces' | 'logs',
): PipelineAround<Item> {
  const settings = settingsOf(options, signal, options.exporter);
  const exporter = options.exporter as ObjectExporter<Item>;
  const problems: string[] = [];
  const steps = stepsOf<Item>(
    settings,
    (items) => items,
    (problem) => problems.push(problem),
  );
  if (steps === undefined) throw new TypeError(problems.join('\n'));
  const destination = objectDestination(settings.name, exporter, settings.batch.exportTimeout);
  return { pipeline: createPipeline(settings, destination, { process: steps.process }), onStart: steps.onStart };
}

/**
 * A span processor with the queue, retry and breaker of this package around an exporter, for an SDK of the application.
 *
 * @example
 * new NodeSDK({ spanProcessors: [new PipelineSpanProcessor({ exporter: new OTLPTraceExporter() })] });
 */
export class PipelineSpanProcessor {
  readonly #pipeline: Pipeline<ReadableSpan>;
  readonly #onStart: ItemSteps<ReadableSpan>['onStart'];

  /** @param options the exporter, and what differs from the defaults. Throws a TypeError at options that cannot be used. */
  constructor(options: SpanPipelineOptions & { readonly exporter: ExporterLike }) {
    const { pipeline, onStart } = pipelineAround<ReadableSpan>(options, 'traces');
    this.#pipeline = pipeline;
    this.#onStart = onStart;
    if (options.tail !== undefined && readLogSampling(environment())) setSamplingLogged(true);
  }

  /** Tail decisions wait for the end of each span that has started, and a step may ask for baggage. A span is taken when the span has ended. */
  onStart(span: object, context?: Context): void {
    this.#pipeline.tail?.start(span);
    if (context !== undefined) this.#onStart?.(span, context);
  }

  /** Takes a span that has ended, if the span is sampled. */
  onEnd(span: object): void {
    const ended = span as ReadableSpan;
    if ((ended.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.#pipeline.add(ended);
  }

  async forceFlush(): Promise<void> {
    await this.#pipeline.forceFlush(FLUSH_MS);
  }

  async shutdown(): Promise<void> {
    await this.#pipeline.shutdown(FLUSH_MS);
  }
}

/**
 * A log record processor with the queue, retry and breaker of this package around an exporter.
 *
 * @example
 * new LoggerProvider({ processors: [new PipelineLogRecordProcessor({ exporter: new OTLPLogExporter() })] });
 */
export class PipelineLogRecordProcessor {
  readonly #pipeline: Pipeline<ReadableLogRecord>;
  readonly #onStart: ItemSteps<ReadableLogRecord>['onStart'];

  /** @param options the exporter, and what differs from the defaults. Throws a TypeError at options that cannot be used. */
  constructor(options: PipelineOptions & { readonly exporter: ExporterLike }) {
    const { pipeline, onStart } = pipelineAround<ReadableLogRecord>(options, 'logs');
    this.#pipeline = pipeline;
    this.#onStart = onStart;
  }

  /** Takes a log record. */
  onEmit(record: object, context?: Context): void {
    if (context !== undefined) this.#onStart?.(record, context);
    this.#pipeline.add(record as ReadableLogRecord);
  }

  async forceFlush(): Promise<void> {
    await this.#pipeline.forceFlush(FLUSH_MS);
  }

  async shutdown(): Promise<void> {
    await this.#pipeline.shutdown(FLUSH_MS);
  }
}
