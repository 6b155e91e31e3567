/**
 * Metrics about the pipelines themselves: https://opentelemetry.io/docs/specs/semconv/otel/sdk-metrics/, and metrics of this
 * package. Nothing is counted for these metrics: the accounts of the pipelines are read when a reader collects.
 */
import type { Attributes, BatchObservableResult, Meter, MeterProvider, Observable } from '@opentelemetry/api';
import { VERSION } from '../../../runtime/version.ts';
import { type DropReason, isWanted } from '../../batches/account.ts';
import type { DecisionCounts } from '../../decisions/decision-counts.ts';
import { runningSampler } from '../../decisions/running-sampler.ts';
import { type AnyPipeline, runningPipelines, watchPipelines } from '../../queue/create-pipeline.ts';
import type { SpoolStatus } from '../../spool/spool.ts';
import type { SendOutcome } from '../../transport/outcome.ts';

const COMPONENT = 'llm_otel_pipeline';
const BREAKER_STATES: Readonly<Partial<Record<string, number>>> = { closed: 0, 'half-open': 1, open: 2 };
/** Reasons for which an exporter, not the pipeline before the exporter, lost items. */
const BY_EXPORTER: ReadonlySet<string> = new Set<DropReason>([
  'rejected',
  'too_large',
  'retries_exhausted',
  'exporter_error',
]);

/** What is observed of one pipeline. */
interface Reading {
  readonly pipeline: AnyPipeline;
  /** Attributes of the processor, of the exporter, and of metrics of this package. */
  readonly processor: Attributes;
  readonly exporter: Attributes;
  readonly own: Attributes;
  /** The directory is read for the status: once a collection. */
  readonly spool: SpoolStatus | undefined;
}

type Observe = (value: number, attributes: Attributes) => void;
type Row = readonly [create: (meter: Meter) => Observable, read: (reading: Reading, observe: Observe) => void];

/** Metrics of the conventions: `what` is `span` or `log`. */
const standardRows = (what: 'span' | 'log'): readonly Row[] => {
  const unit = what === 'span' ? '{span}' : '{log_record}';
  const name = (end: string): string => `otel.sdk.${end.replace('*', what)}`;
  const ofSignal =
    (read: Row[1]): Row[1] =>
    (reading, observe) => {
      if (reading.pipeline.settings.signal === (what === 'span' ? 'traces' : 'logs')) read(reading, observe);
    };
  return [
    [
      (meter) => meter.createObservableUpDownCounter(name('processor.*.queue.size'), { unit }),
      ofSignal(({ pipeline, processor }, observe) => observe(pipeline.queueSize, processor)),
    ],
    [
      (meter) => meter.createObservableUpDownCounter(name('processor.*.queue.capacity'), { unit }),
      ofSignal(({ pipeline, processor }, observe) => {
        const { maxQueueSize } = pipeline.settings.batch;
        if (maxQueueSize !== null) observe(maxQueueSize, processor);
      }),
    ],
    [
      (meter) => meter.createObservableCounter(name('processor.*.processed'), { unit }),
      ofSignal(({ pipeline: { account }, processor }, observe) => {
        let processed = account.exported;
        for (const [reason, count] of Object.entries(account.dropped)) {
          if (BY_EXPORTER.has(reason) || isWanted(reason)) processed += count;
          else observe(count, { ...processor, 'error.type': reason });
        }
        observe(processed, processor);
      }),
    ],
    [
      (meter) => meter.createObservableUpDownCounter(name('exporter.*.inflight'), { unit }),
      ofSignal(({ pipeline, exporter }, observe) => observe(pipeline.account.inflight, exporter)),
    ],
    [
      (meter) => meter.createObservableCounter(name('exporter.*.exported'), { unit }),
      ofSignal(({ pipeline: { account }, exporter }, observe) => {
        observe(account.exported, exporter);
        for (const [reason, count] of Object.entries(account.dropped))
          if (BY_EXPORTER.has(reason)) observe(count, { ...exporter, 'error.type': reason });
      }),
    ],
  ];
};

const gauge = (name: string, unit: string) => (meter: Meter) => meter.createObservableGauge(name, { unit });

const OWN_ROWS: readonly Row[] = [
  [
    (meter) => meter.createObservableCounter('llm_otel.pipeline.dropped', { unit: '{item}' }),
    ({ pipeline, own }, observe) => {
      for (const [reason, count] of Object.entries(pipeline.account.dropped)) observe(count, { ...own, reason });
    },
  ],
  [gauge('llm_otel.pipeline.queue.bytes', 'By'), ({ pipeline, own }, observe) => observe(pipeline.queueBytes, own)],
  [
    gauge('llm_otel.pipeline.breaker.state', '1'),
    ({ pipeline, own }, observe) => {
      const state = BREAKER_STATES[pipeline.shipper.breaker.state];
      if (state !== undefined) observe(state, own);
    },
  ],
  [gauge('llm_otel.pipeline.spool.size', 'By'), ({ spool, own }, observe) => spool && observe(spool.bytes, own)],
  [gauge('llm_otel.pipeline.spool.files', '{file}'), ({ spool, own }, observe) => spool && observe(spool.files, own)],
  [
    gauge('llm_otel.pipeline.spool.oldest.age', 's'),
    ({ spool, own }, observe) => spool && observe(spool.oldestAge / 1000, own),
  ],
];

/** Decisions of the sampler by rule, and of tail decisions by policy. */
function observeDecisions(instrument: Observable, result: BatchObservableResult): void {
  const observe = (counts: DecisionCounts | undefined, more: Attributes): void => {
    for (const [rule, decisions] of counts?.byRule ?? [])
      for (const [decision, count] of Object.entries(decisions))
        result.observe(instrument, count, { rule, decision, ...more });
  };
  observe(runningSampler()?.counts, {});
  for (const { settings, tail } of runningPipelines()) observe(tail?.counts, { 'llm_otel.pipeline': settings.name });
}

/** Records the metrics of all pipelines, also of those that start later; returns a function that ends the recording. */
export function observePipelines(provider: MeterProvider): () => void {
  const meter = provider.getMeter('@x/llm-otel/pipeline', VERSION);
  const rows = [...standardRows('span'), ...standardRows('log'), ...OWN_ROWS].map(
    ([create, read]) => [create(meter), read] as const,
  );
  const observeAll = (result: BatchObservableResult): void => {
    for (const reading of runningPipelines().map(readingOf))
      for (const [instrument, read] of rows)
        read(reading, (value, attributes) => result.observe(instrument, value, attributes));
    observeDecisions(decisions, result);
  };
  const decisions = meter.createObservableCounter('llm_otel.sampler.decisions', { unit: '{decision}' });
  const instruments = [...rows.map(([instrument]) => instrument), decisions];
  meter.addBatchObservableCallback(observeAll, instruments);
  const stopTiming = recordDurations(meter);
  return () => {
    meter.removeBatchObservableCallback(observeAll, instruments);
    stopTiming();
  };
}

function recordDurations(meter: Meter): () => void {
  const duration = meter.createHistogram('otel.sdk.exporter.operation.duration', { unit: 's' });
  const leave = watchPipelines((pipeline) => {
    if (pipeline.settings.signal === 'metrics') return;
    const exporter = exporterAttributes(pipeline);
    pipeline.shipper.latencies.onAdd = (ms, outcome) =>
      duration.record(ms / 1000, outcome.ok ? exporter : { ...exporter, 'error.type': errorType(outcome) });
  });
  return () => {
    leave();
    for (const { shipper } of runningPipelines()) shipper.latencies.onAdd = undefined;
  };
}

function errorType({ drop, tooLarge, retryable }: SendOutcome & { readonly ok: false }): string {
  if (tooLarge === true) return 'too_large';
  return drop ?? (retryable ? 'unavailable' : 'rejected');
}

function readingOf(pipeline: AnyPipeline): Reading {
  const { name, signal } = pipeline.settings;
  return {
    pipeline,
    processor: { ...componentOf(pipeline), 'otel.component.type': COMPONENT },
    exporter: exporterAttributes(pipeline),
    // Pipelines of two signals may have the same name.
    own: { 'llm_otel.pipeline': name, 'llm_otel.pipeline.signal': signal },
    spool: pipeline.spool?.status(),
  };
}

function exporterAttributes(pipeline: AnyPipeline): Attributes {
  const { type, endpoint } = pipeline.exporter;
  return { ...componentOf(pipeline), 'otel.component.type': type, ...serverOf(endpoint) };
}

const componentOf = ({ settings }: AnyPipeline): Attributes => ({
  'otel.component.name': `${COMPONENT}/${settings.name}`,
});

function serverOf(endpoint: string | undefined): Attributes {
  if (endpoint === undefined || !/^https?:/.test(endpoint) || !URL.canParse(endpoint)) return {};
  const { hostname, port, protocol } = new URL(endpoint);
  return { 'server.address': hostname, 'server.port': Number(port) || (protocol === 'https:' ? 443 : 80) };
}
