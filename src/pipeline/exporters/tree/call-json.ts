import {
  CONVERSATION_ID,
  ERROR_TYPE,
  INPUT_MESSAGES,
  OUTPUT_MESSAGES,
  PROVIDER_NAME,
  REQUEST_MODEL,
  RESPONSE_ID,
  RESPONSE_MODEL,
  RESPONSE_TIME_TO_FIRST_CHUNK,
  STREAM_CHUNKS,
  STREAM_OUTCOME,
  SYSTEM_INSTRUCTIONS,
  USAGE_CACHE_READ_INPUT_TOKENS,
  USAGE_CACHE_WRITE_INPUT_TOKENS,
  USAGE_COST,
  USAGE_INPUT_TOKENS,
  USAGE_OUTPUT_TOKENS,
  USAGE_REASONING_OUTPUT_TOKENS,
} from '../../../facts/semconv.ts';
import { escapeJson } from '../../escape-controls.ts';
import { finishReasonsOf, isModelCall, numberOfSpan, operationOf, textOfSpan } from './spans/span-facts.ts';
import type { TreeSpan } from './spans/tree-span.ts';

/** A model call as a line of JSON; empty for spans of any further kind. Fields have the names of `LlmCall` in the testing entry. */
export function drawCallJson(span: TreeSpan): string {
  if (!isModelCall(span)) return '';
  const text = (key: string): string | undefined => textOfSpan(span, key);
  const number = (key: string): number | undefined => numberOfSpan(span, key);
  const call = {
    time: timeOf(span.startMs),
    operation: operationOf(span),
    provider: text(PROVIDER_NAME),
    model: text(REQUEST_MODEL),
    responseModel: text(RESPONSE_MODEL),
    responseId: text(RESPONSE_ID),
    durationMs: span.durationMs,
    inputTokens: number(USAGE_INPUT_TOKENS),
    outputTokens: number(USAGE_OUTPUT_TOKENS),
    cacheReadTokens: number(USAGE_CACHE_READ_INPUT_TOKENS),
    cacheWriteTokens: number(USAGE_CACHE_WRITE_INPUT_TOKENS),
    reasoningTokens: number(USAGE_REASONING_OUTPUT_TOKENS),
    cost: number(USAGE_COST),
    finishReasons: finishReasonsOf(span),
    error: span.failed ? { type: text(ERROR_TYPE) ?? 'error', message: span.description } : undefined,
    stream: streamOf(span),
    conversationId: text(CONVERSATION_ID),
    system: contentOf(span, SYSTEM_INSTRUCTIONS),
    input: contentOf(span, INPUT_MESSAGES),
    output: contentOf(span, OUTPUT_MESSAGES),
    name: span.name,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
  };
  return `${escapeJson(JSON.stringify(call))}\n`;
}

function timeOf(ms: number): string | undefined {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function streamOf(span: TreeSpan): object | undefined {
  const outcome = textOfSpan(span, STREAM_OUTCOME);
  if (outcome === undefined) return undefined;
  const seconds = numberOfSpan(span, RESPONSE_TIME_TO_FIRST_CHUNK);
  const timeToFirstChunkMs = seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1e3;
  return { outcome, chunks: numberOfSpan(span, STREAM_CHUNKS), timeToFirstChunkMs };
}

/** Content is JSON in a text attribute; broken JSON stays a text. */
function contentOf({ attributes }: TreeSpan, key: string): unknown {
  const value = attributes[key];
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
