/** `@x/llm-otel/start`: starts from code what `@x/llm-otel/register` starts by a flag. */

export type {
  ExporterOption,
  OtlpOptions,
  SpoolOption,
  TelemetryPipeline,
} from './config/start/pipeline-options.ts';
export type { SamplerOption } from './config/start/sampler-option.ts';
export type { ProviderOptions } from './config/start/settings-from-code.ts';
export type { ResourceOption, TelemetryOptions } from './config/start/telemetry-options.ts';
export { OTELManager } from './pipeline/manager/otel-manager.ts';
export { startTelemetry } from './pipeline/manager/start-telemetry.ts';
