/** OpenTelemetry instrumentation for LLM SDKs: the classes and options to use beside an SDK of your own. */

export type {
  Config,
  ContentCapture,
  ContentPlace,
  LlmOtelOptions,
  MetricsSemconv,
  NativeTracing,
  RedactHook,
} from './config.ts';
export {
  AnthropicInstrumentation,
  GoogleGenAIInstrumentation,
  GoogleGenerativeAIInstrumentation,
  getLlmInstrumentations,
  OpenAIInstrumentation,
} from './instrumentations.ts';
export { LlmInstrumentation, type LlmInstrumentationConfig } from './patching/instrumentation.ts';
export type { Part } from './telemetry/facts.ts';
export { VERSION } from './version.ts';
