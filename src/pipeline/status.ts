import { type ConfigState, configState } from '../config/config-state.ts';
import { runningTelemetry } from '../otel/telemetry-slot.ts';
import type { DropReason } from './batches/account.ts';
import { runningSampler } from './decisions/running-sampler.ts';
import { type AnyPipeline, runningPipelines } from './queue/create-pipeline.ts';
import type { BreakerState } from './shipping/breaker.ts';
import type { SpoolStatus } from './spool/spool.ts';

/** What one pipeline has done, and what waits in the pipeline. */
export interface PipelineStatus {
  readonly name: string;
  readonly signal: 'traces' | 'logs' | 'metrics';
  readonly exporter: { readonly type: string; readonly endpoint?: string };
  /** Items that were handed over: `exported + sum(dropped) + inflight + queue.size + spool.items + tail.spans`. */
  readonly ended: number;
  readonly exported: number;
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  readonly inflight: number;
  /** `capacity` is null where no bound by number is set. */
  readonly queue: {
    readonly size: number;
    readonly bytes: number;
    readonly capacity: number | null;
    readonly maxBytes: number;
  };
  /** Items of a full batch, and milliseconds until a batch that is not full is sent. */
  readonly batch: { readonly size: number; readonly delay: number };
  readonly breaker: { readonly state: BreakerState; readonly failures: number; readonly nextTryAt?: number };
  readonly spool?: SpoolStatus;
  /** Traces and spans that wait for a decision. */
  readonly tail?: { readonly traces: number; readonly spans: number };
  /** Milliseconds since 1970. */
  readonly lastSuccessAt?: number;
  readonly lastError?: { readonly at: number; readonly message: string };
  /** Milliseconds of exports. */
  readonly latency: { readonly count: number; readonly p50: number; readonly p99: number };
}

/** State of the telemetry of this process. */
export interface Status {
  /** `standby`: the SDK of the application has everything. */
  readonly state: 'running' | 'standby' | 'stopped' | 'off';
  /** Attributes of the resource; empty while no SDK of this package runs. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** Path of the configuration file or `environment`, and why the file cannot be used. */
  readonly config: ConfigState;
  /** The sampler of the SDK of this package; empty while no SDK of this package runs. */
  readonly sampler: SamplerStatus;
  readonly pipelines: readonly PipelineStatus[];
}

/** What the sampler has decided. */
export interface SamplerStatus {
  readonly description: string;
  /** Spans by the rule that has decided; empty for samplers of the standard alone. */
  readonly rules: Readonly<Record<string, { readonly sampled: number; readonly dropped: number }>>;
}

/**
 * State of the telemetry of this process: counts, queues, breakers, spools and the last failure of each pipeline. The account of
 * a pipeline balances at any time.
 *
 * @example
 * const lost = status().pipelines.flatMap(({ dropped }) => Object.entries(dropped));
 */
export function status(): Status {
  const pipelines = runningPipelines().map(statusOf);
  const telemetry = runningTelemetry();
  const state = telemetry?.state() ?? 'off';
  return {
    // Pipelines of an SDK of the application run without telemetry of this package.
    state: state === 'off' && pipelines.length > 0 ? 'running' : state,
    resource: telemetry?.resource() ?? {},
    config: configState(),
    sampler: samplerStatus(),
    pipelines,
  };
}

function samplerStatus(): SamplerStatus {
  const { description = '', counts } = runningSampler() ?? {};
  const rules = [...(counts?.byRule ?? [])].map(
    ([rule, { record = 0, drop = 0 }]) => [rule, { sampled: record, dropped: drop }] as const,
  );
  return { description, rules: Object.fromEntries(rules) };
}

function statusOf(pipeline: AnyPipeline): PipelineStatus {
  const { settings, account, shipper, spool, tail, sizing, report } = pipeline;
  const { breaker, lastSuccessAt } = shipper;
  const { type, endpoint } = pipeline.exporter;
  return {
    name: settings.name,
    signal: settings.signal,
    exporter: endpoint === undefined ? { type } : { type, endpoint },
    ended: account.ended,
    exported: account.exported,
    dropped: { ...account.dropped },
    inflight: account.inflight,
    queue: {
      size: pipeline.queueSize,
      bytes: pipeline.queueBytes,
      capacity: settings.batch.maxQueueSize,
      maxBytes: settings.batch.maxQueueBytes,
    },
    batch: { size: sizing.size, delay: sizing.delay },
    breaker: {
      state: breaker.state,
      failures: breaker.failures,
      ...(breaker.nextTryAt === undefined ? {} : { nextTryAt: breaker.nextTryAt }),
    },
    ...(spool === undefined ? {} : { spool: spool.status() }),
    ...(tail === undefined ? {} : { tail: { traces: tail.traces, spans: tail.spans } }),
    ...(lastSuccessAt === undefined ? {} : { lastSuccessAt }),
    ...(report.lastError === undefined ? {} : { lastError: report.lastError }),
    latency: shipper.latencies.summary(),
  };
}
