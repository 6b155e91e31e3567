/** Answers as facts. An answer has no id. */
import type { ResponseFacts, UsageFacts } from '../../facts/call.ts';
import { finishReason } from '../reading/finish-reasons.ts';
import { sentUsage } from '../reading/sent-usage.ts';
import { concatenated, idsOf } from '../reading/tool-call-ids.ts';
import { asArray, asCount, asObject, asString } from '../reading/unknown-values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Token counts, in the answer itself. */
function usageFacts(body: Fields): UsageFacts | undefined {
  return sentUsage({ input: asCount(body.prompt_eval_count), output: asCount(body.eval_count) });
}

/** Says whether a message calls tools. */
export const hasToolCalls = (message: unknown): boolean => (asArray(asObject(message)?.tool_calls)?.length ?? 0) > 0;

/**
 * The reason of an answer. The server says `stop` for an answer that calls tools, and old servers say `done` alone.
 * @param callsTools the answer, or a chunk before the last chunk, calls tools
 */
export function reasonOf(last: Fields, callsTools: boolean): string {
  const raw = asString(last.done_reason) ?? (last.done === true ? 'stop' : undefined);
  return callsTools && raw === 'stop' ? 'tool_calls' : finishReason(raw);
}

/** `chat` and `generate`, unary or the last chunk of a stream. `callsTools`: a chunk before calls tools. */
export function answerFacts(value: unknown, callsTools = false, ids?: string[]): ResponseFacts {
  const body = asObject(value) ?? {};
  const message = asObject(body.message);
  return {
    model: asString(body.model),
    finishReasons: [reasonOf(body, callsTools || hasToolCalls(message))],
    usage: usageFacts(body),
    toolCalls: concatenated(ids, idsOf(message?.tool_calls, 'id')),
  };
}

/** `embed` and `embeddings` */
export function embeddingFacts(value: unknown): ResponseFacts {
  const body = asObject(value) ?? {};
  return { model: asString(body.model), usage: usageFacts(body) };
}
