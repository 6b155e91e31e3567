/** OpenTelemetry instrumentation for LLM SDKs: classes and options to use with your own OpenTelemetry SDK. */

import { warnOfPreloadedMainEntry } from './config/preload-flags.ts';

export type {
  ContentCapture,
  MetricsSemconv,
  NativeTracing,
  OtherInstrumentations,
} from './config/options.ts';
export type { StreamUsage } from './facts/call.ts';
export type {
  ContentPlace,
  DynamicAttributesHook,
  EstimateTokensHook,
  LlmRequest,
  LlmResult,
  RedactHook,
  RequestHook,
  ResponseHook,
  StartingSpan,
  UncountedCall,
} from './facts/hooks.ts';
export type { ModelPrices, Prices } from './facts/prices.ts';
export * from './instrumentations.ts';
export * from './manual.ts';
export type { LlmInstrumentation, LlmInstrumentationConfig } from './patching/loading/instrumentation.ts';

warnOfPreloadedMainEntry();
