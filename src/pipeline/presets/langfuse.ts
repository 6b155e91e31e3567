import {
  CONVERSATION_ID,
  PROMPT_NAME,
  PROMPT_VERSION,
  RESPONSE_TIME_TO_FIRST_CHUNK,
  TOOL_CALL_ARGUMENTS,
  TOOL_CALL_RESULT,
  USAGE_COST,
  USAGE_COST_INPUT,
  USAGE_COST_OUTPUT,
} from '../../facts/semconv.ts';
import { chatMessages } from './chat-messages.ts';
import { changed, type Found, inJson, together } from './found.ts';
import type { GenAiSpan, SpanTime } from './gen-ai-span.ts';
import type { Preset } from './preset.ts';

const TYPES = {
  chat: 'generation',
  text_completion: 'generation',
  generate_content: 'generation',
  embeddings: 'embedding',
  retrieval: 'retriever',
  execute_tool: 'tool',
  invoke_agent: 'agent',
  create_agent: 'agent',
  plan: 'agent',
} as const;

/** Langfuse. */
export const langfuse: Preset = {
  attributes: (span) => ({
    'langfuse.observation.type': span.kind(TYPES, 'chain'),
    'langfuse.observation.model.name': span.model,
    'langfuse.observation.model.parameters': inJson(span.parameters),
    'langfuse.observation.usage_details': inJson(usageDetails(span)),
    'langfuse.observation.cost_details': inJson(
      together({
        total: span.number(USAGE_COST),
        input: span.number(USAGE_COST_INPUT),
        output: span.number(USAGE_COST_OUTPUT),
      }),
    ),
    'langfuse.observation.input': inJson(changed(span.input, chatMessages)) ?? span.content(TOOL_CALL_ARGUMENTS),
    'langfuse.observation.output': inJson(changed(span.output, answerOf)) ?? span.content(TOOL_CALL_RESULT),
    'langfuse.observation.prompt.name': span.text(PROMPT_NAME),
    'langfuse.observation.prompt.version': changed(span.text(PROMPT_VERSION), versionOf) ?? span.number(PROMPT_VERSION),
    'langfuse.observation.completion_start_time': completionStart(span),
    'session.id': span.text(CONVERSATION_ID),
  }),
};

/** Langfuse adds up the fields, so what the cache and the reasoning took is not part of `input` and `output`. */
function usageDetails(span: GenAiSpan): Found<Record<string, number>> | undefined {
  const { input, output, cacheRead, cacheWrite, reasoning, total } = span.tokens;
  return together({
    input: withoutParts(input, cacheRead, cacheWrite),
    output: withoutParts(output, reasoning),
    input_cached_tokens: cacheRead,
    input_cache_creation: cacheWrite,
    output_reasoning_tokens: reasoning,
    total,
  });
}

function withoutParts(
  whole: Found<number> | undefined,
  ...parts: readonly (Found<number> | undefined)[]
): Found<number> | undefined {
  return changed(whole, (value) =>
    Math.max(
      0,
      parts.reduce((rest, part) => rest - (part?.value ?? 0), value),
    ),
  );
}

/** One choice is shown as a message, several choices as a list. */
function answerOf(messages: Parameters<typeof chatMessages>[0]): unknown {
  const answers = chatMessages(messages);
  return answers.length === 1 ? answers[0] : answers;
}

/** Langfuse counts the versions of a prompt. */
const versionOf = (version: string): string | number => (/^\d{1,9}$/.test(version) ? Number(version) : version);

function completionStart(span: GenAiSpan): Found<string> | undefined {
  const start = span.startTime;
  return start === undefined
    ? undefined
    : changed(span.number(RESPONSE_TIME_TO_FIRST_CHUNK), (seconds) => timeAfter(start, seconds));
}

function timeAfter([seconds, nanoseconds]: SpanTime, later: number): string | undefined {
  const time = new Date(seconds * 1000 + nanoseconds / 1e6 + later * 1000);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
