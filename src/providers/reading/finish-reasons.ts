/** The common vocabulary of `gen_ai.response.finish_reasons`, and the words of providers for each reason. */

const WORDS = {
  stop: ['stop', 'end_turn', 'stop_sequence', 'STOP', 'completed', 'COMPLETE', 'FINISH', 'STOP_SEQUENCE', 'endoftext'],
  length: ['length', 'max_tokens', 'max_output_tokens', 'MAX_TOKENS', 'LENGTH', 'model_context_window_exceeded'],
  tool_calls: ['tool_calls', 'function_call', 'tool_use'],
  content_filter: [
    'content_filter',
    'refusal',
    'guardrail_intervened',
    'content_filtered',
    'CONTENT_FILTERED',
    'ERROR_TOXIC',
    'SAFETY',
    'RECITATION',
    'BLOCKLIST',
    'PROHIBITED_CONTENT',
    'SPII',
    'IMAGE_SAFETY',
    'MODEL_ARMOR',
  ],
  error: [
    'error',
    'failed',
    'cancelled',
    'MALFORMED_FUNCTION_CALL',
    'UNEXPECTED_TOOL_CALL',
    'malformed_model_output',
    'malformed_tool_use',
  ],
  compaction: ['compaction'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const BY_WORD: ReadonlyMap<string, string> = new Map(
  Object.entries(WORDS).flatMap(([reason, words]) => words.map((word) => [word, reason] as const)),
);

/** The form of a reason. A longer text is a sentence, and a sentence may quote the conversation. */
const ONE_WORD = /^[\w.:/-]{1,64}$/;

/**
 * A provider's reason in the common vocabulary; an unknown word stays, lower-cased. `error` stands for a choice without a
 * reason: the answer failed, was cut or was cancelled.
 */
export function finishReason(raw: unknown): string {
  if (typeof raw !== 'string' || raw === '') return 'error';
  return BY_WORD.get(raw) ?? (ONE_WORD.test(raw) ? raw.toLowerCase() : 'other');
}

/** `finish_reason` of a message with a reason: the common vocabulary, except for one word of the message schema. */
export function finishReasonField(raw: unknown): { finish_reason?: string } {
  if (typeof raw !== 'string' || raw === '') return {};
  const reason = finishReason(raw);
  return { finish_reason: reason === 'tool_calls' ? 'tool_call' : reason };
}
