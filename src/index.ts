/** OpenTelemetry instrumentation for LLM SDKs: the classes and options to use beside an SDK of your own. */

export type { CustomAttributes, CustomAttributeValue } from './attribute-values.ts';
export type {
  ContentCapture,
  ContentPlace,
  LlmOtelOptions,
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
export { type AgentOptions, agent, type WorkflowOptions, workflow } from './manual/agent.ts';
export { type Feedback, recordFeedback } from './manual/feedback.ts';
export type { AnswerPlace, FeedbackTarget } from './manual/feedback-target.ts';
export { traceGeneration } from './manual/generation.ts';
export type {
  Generation,
  GenerationOptions,
  GenerationResponse,
  GenerationUsage,
} from './manual/generation-options.ts';
export { instrument } from './manual/instrument.ts';
export { type ToolOptions, type ToolRun, tool, withTool } from './manual/tool.ts';
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
export type {
  ChunkKind,
  Message,
  Modality,
  OperationName,
  OutputMessage,
  Part,
  ToolDefinition,
} from './telemetry/facts.ts';
export { type Prompt, withAttributes, withConversation, withPrompt, withUser } from './telemetry/scopes.ts';
export { VERSION } from './version.ts';
