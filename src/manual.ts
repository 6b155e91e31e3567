/**
 * What an application says itself, without the instrumentation classes: loads neither `@opentelemetry/instrumentation` nor
 * any module of Node, so it runs in Bun, Deno, edge runtimes and browsers and can be bundled for them.
 */

export type { CustomAttributes, CustomAttributeValue } from './attribute-values.ts';
export type { LlmOtelOptions } from './config.ts';
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
export { type Prompt, withAttributes, withConversation, withPrompt, withUser } from './manual/scopes.ts';
export { type ToolOptions, type ToolRun, tool, withTool } from './manual/tool.ts';
export { VERSION } from './runtime/version.ts';
export type {
  ChunkKind,
  Message,
  Modality,
  OperationName,
  OutputMessage,
  Part,
  ToolDefinition,
} from './telemetry/facts.ts';
