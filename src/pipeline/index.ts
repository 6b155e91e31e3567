/** `@x/llm-otel/pipeline`: the export pipeline for an SDK of one's own, and what runs under `register`. */

export type { ConfigState } from '../config/config-state.ts';
export type { ConfigProblem } from '../config/file/problem.ts';
export type { TailPolicy, TailSettings } from '../config/sampling/tail-settings.ts';
export type { Signal } from '../config/sdk/export-target.ts';
export type { BatchSettings, BreakerSettings, RetrySettings } from '../config/sdk/pipeline-settings.ts';
export type {
  ExporterOption,
  OtlpOptions,
  SpoolOption,
  TailOption,
  TelemetryPipeline,
} from '../config/start/pipeline-options.ts';
export { type ExporterFactory, type ExporterPlace, registerExporter } from '../config/start/registered-exporters.ts';
export type {
  AdaptiveOption,
  ComposableOption,
  JoinedOption,
  RateLimitingOption,
  RuleBasedOption,
  RulesOption,
  SamplerOption,
} from '../config/start/sampler-option.ts';
export type { ProviderOptions } from '../config/start/settings-from-code.ts';
export type {
  Globs,
  MatchOption,
  RangeCondition,
  StepOption,
  TextCondition,
  ValueCondition,
} from '../config/start/step-option.ts';
export type { ResourceOption, TelemetryOptions } from '../config/start/telemetry-options.ts';
export type { DetectorName } from '../facts/detector-names.ts';
export { withSession } from '../manual/scopes.ts';
export { flush } from '../otel/flush.ts';
export type { Logger, LoggerProvider, LogRecord } from '../otel/globals.ts';
export type { Carrier } from '../propagation/carriers.ts';
export { injectJob, type JobOptions, runJob } from '../propagation/jobs.ts';
export {
  type ErrorMiddleware,
  errorMiddleware,
  type RequestMiddleware,
  requestMiddleware,
} from '../propagation/middleware.ts';
export { extract, inject, withExtracted } from '../propagation/propagate.ts';
export type { DropReason } from './batches/account.ts';
export { FileSpanExporter, type FileSpanExporterOptions } from './exporters/file-span-exporter.ts';
export { type TreeConsoleOptions, TreeConsoleSpanExporter } from './exporters/tree/tree-console-exporter.ts';
export { type FinishedSpan, finishedSpans } from './finished-spans.ts';
export { OTELManager } from './manager/otel-manager.ts';
export { startTelemetry } from './manager/start-telemetry.ts';
export { AdaptiveSampler } from './samplers/adaptive-sampler.ts';
export { AllSampler, AnySampler, type JoinedSamplers } from './samplers/joined-samplers.ts';
export { LoggingSampler } from './samplers/logging-sampler.ts';
export { RateLimitingSampler } from './samplers/rate-limiting-sampler.ts';
export { RulesSampler, type RulesSamplerOptions, type SamplerRule } from './samplers/rules-sampler.ts';
export type { RuledDecision, SamplerLike, SamplingDecisionLike } from './samplers/sampler-like.ts';
export type { ResourceLike } from './samplers/start-subject.ts';
export type { ExporterLike, ExportResultLike } from './sdk/exporter-like.ts';
export {
  PipelineLogRecordProcessor,
  type PipelineOptions,
  PipelineSpanProcessor,
  type SpanPipelineOptions,
} from './sdk/own-sdk.ts';
export { type ReliableOptions, ReliableSpanExporter } from './sdk/reliable-exporter.ts';
export type { BreakerState } from './shipping/breaker.ts';
export { flushAfter, waitUntil } from './shipping/flush-after.ts';
export { readSpool, type SpoolSummary } from './spool/read-spool.ts';
export type { SpoolStatus } from './spool/spool.ts';
export { type PipelineStatus, type SamplerStatus, type Status, status } from './status.ts';
