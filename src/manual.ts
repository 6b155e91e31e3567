/**
 * Functions to record calls from the application, without the instrumentation classes. The entry loads neither
 * `@opentelemetry/instrumentation` nor a module of Node.js, so the entry runs in, and can be bundled for, Bun, Deno, edge
 * runtimes and browsers.
 */

export type {
  ActivityName,
  ChunkKind,
  Modality,
  OperationName,
  StreamUsage,
  UsageFacts,
} from './facts/call.ts';
export type { GenerationUsage } from './facts/generation-usage.ts';
export type {
  ContentPlace,
  CustomAttributes,
  CustomAttributeValue,
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
export type {
  ContentCapture,
  LlmOtelOptions,
  MetricsSemconv,
  NativeTracing,
  OtherInstrumentations,
} from './facts/llm-otel-options.ts';
export type { Message, OutputMessage, Part, ToolDefinition } from './facts/messages.ts';
export type { ModelPrices, Prices, ReportedCost } from './facts/prices.ts';
export { type AgentOptions, agent, type WorkflowOptions, workflow } from './manual/agent.ts';
export { type Feedback, recordFeedback } from './manual/feedback.ts';
export type { AnswerPlace, FeedbackTarget } from './manual/feedback-target.ts';
export { traceGeneration } from './manual/generation.ts';
export type {
  Generation,
  GenerationOptions,
  GenerationResponse,
} from './manual/generation-options.ts';
export { instrument } from './manual/instrument.ts';
export { type Prompt, withAttributes, withConversation, withPrompt, withSession, withUser } from './manual/scopes.ts';
export { type ToolOptions, type ToolRun, tool, withTool } from './manual/tool.ts';
export { flush } from './otel/flush.ts';
export { VERSION } from './runtime/version.ts';
