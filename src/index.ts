/** OpenTelemetry instrumentation for LLM SDKs: the classes and options to use beside an SDK of your own. */

export type {
  ContentCapture,
  ContentPlace,
  MetricsSemconv,
  ModelPrices,
  NativeTracing,
  OtherInstrumentations,
  Prices,
  RedactHook,
  StreamUsage,
} from './config.ts';
export {
  AnthropicInstrumentation,
  GoogleGenAIInstrumentation,
  GoogleGenerativeAIInstrumentation,
  getLlmInstrumentations,
  LangChainInstrumentation,
  OpenAIAgentsInstrumentation,
  OpenAIInstrumentation,
  VercelAIInstrumentation,
} from './instrumentations.ts';
export * from './manual.ts';
export type { LlmInstrumentation, LlmInstrumentationConfig } from './patching/instrumentation.ts';
export type {
  DynamicAttributesHook,
  LlmRequest,
  LlmResult,
  RequestHook,
  ResponseHook,
  StartingSpan,
} from './telemetry/call-hooks.ts';
export type { EstimateTokensHook, UncountedCall } from './telemetry/estimate.ts';
