import type { Attributes } from '@opentelemetry/api';
import * as name from '../facts/semconv.ts';
import type { CapturedMessage, CapturedSpan, LlmCall, MessagePart, ToolRun } from './capture-types.ts';

const NO_MODEL: ReadonlySet<unknown> = new Set(['execute_tool', 'invoke_agent', 'invoke_workflow']);

/** True for the span of a model call. */
export function isLlmCall({ attributes }: CapturedSpan): boolean {
  return attributes[name.OPERATION_NAME] !== undefined && !NO_MODEL.has(attributes[name.OPERATION_NAME]);
}

/** True for the span of a run of a tool. */
export function isToolRun({ attributes }: CapturedSpan): boolean {
  return attributes[name.OPERATION_NAME] === 'execute_tool';
}

/** Fields with the unchanged value of one attribute. */
const FIELDS = {
  model: name.REQUEST_MODEL,
  responseModel: name.RESPONSE_MODEL,
  responseId: name.RESPONSE_ID,
  inputTokens: name.USAGE_INPUT_TOKENS,
  outputTokens: name.USAGE_OUTPUT_TOKENS,
  cacheReadTokens: name.USAGE_CACHE_READ_INPUT_TOKENS,
  cacheWriteTokens: name.USAGE_CACHE_WRITE_INPUT_TOKENS,
  reasoningTokens: name.USAGE_REASONING_OUTPUT_TOKENS,
  usageEstimated: name.USAGE_ESTIMATED,
  cost: name.USAGE_COST,
  conversationId: name.CONVERSATION_ID,
} as const satisfies Partial<Record<keyof LlmCall, string>>;

/** The model call described by a span. */
export function llmCallOf(span: CapturedSpan): LlmCall {
  const { attributes, durationMs } = span;
  const output = json(attributes[name.OUTPUT_MESSAGES]) as CapturedMessage[] | undefined;
  return {
    operation: String(attributes[name.OPERATION_NAME]),
    provider: String(attributes[name.PROVIDER_NAME]),
    ...present(Object.fromEntries(Object.entries(FIELDS).map(([field, attribute]) => [field, attributes[attribute]]))),
    finishReasons: (attributes[name.RESPONSE_FINISH_REASONS] as string[] | undefined) ?? [],
    ...present({
      error: errorOf(span),
      stream: streamOf(attributes),
      system: json(attributes[name.SYSTEM_INSTRUCTIONS]) as MessagePart[] | undefined,
      input: json(attributes[name.INPUT_MESSAGES]) as CapturedMessage[] | undefined,
      output,
      toolCalls: output?.flatMap(({ parts }) => parts.filter(({ type }) => type === 'tool_call').map(toolCallOf)),
    }),
    durationMs,
    attributes,
    span,
  };
}

/** The run of a tool described by a span. */
export function toolRunOf(span: CapturedSpan): ToolRun {
  const { attributes, durationMs } = span;
  return {
    name: String(attributes[name.TOOL_NAME]),
    ...present({
      callId: attributes[name.TOOL_CALL_ID] as string | undefined,
      arguments: json(attributes[name.TOOL_CALL_ARGUMENTS]),
      result: json(attributes[name.TOOL_CALL_RESULT]),
      error: errorOf(span),
    }),
    durationMs,
    attributes,
    span,
  };
}

function toolCallOf(part: MessagePart): NonNullable<LlmCall['toolCalls']>[number] {
  return {
    name: String(part.name),
    ...present({ id: part.id as string | undefined, arguments: part.arguments }),
  };
}

function errorOf({ attributes, statusMessage = '' }: CapturedSpan): LlmCall['error'] {
  const type = attributes[name.ERROR_TYPE];
  return type === undefined ? undefined : { type: String(type), message: statusMessage };
}

function streamOf(attributes: Attributes): LlmCall['stream'] {
  const outcome = attributes[name.STREAM_OUTCOME];
  if (outcome === undefined) return undefined;
  const first = attributes[name.RESPONSE_TIME_TO_FIRST_CHUNK];
  return {
    outcome: String(outcome),
    chunks: Number(attributes[name.STREAM_CHUNKS] ?? 0),
    ...(typeof first === 'number' && { timeToFirstChunkMs: first * 1000 }),
  };
}

function json(value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value; // the result of a tool may be a plain text
  }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** `fields` without undefined values, so that a deep comparison names only the present fields. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}
