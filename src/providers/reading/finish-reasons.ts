/** The one vocabulary of `gen_ai.response.finish_reasons`, and the words that providers use for it. */

const WORDS = {
  stop: ['stop', 'end_turn', 'stop_sequence', 'STOP', 'completed'],
  length: ['length', 'max_tokens', 'max_output_tokens', 'MAX_TOKENS', 'model_context_window_exceeded'],
  tool_calls: ['tool_calls', 'function_call', 'tool_use'],
  content_filter: [
    'content_filter',
    'refusal',
    'SAFETY',
    'RECITATION',
    'BLOCKLIST',
    'PROHIBITED_CONTENT',
    'SPII',
    'IMAGE_SAFETY',
    'MODEL_ARMOR',
  ],
  error: ['error', 'failed', 'cancelled', 'MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL'],
  compaction: ['compaction'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const BY_WORD: ReadonlyMap<string, string> = new Map(
  Object.entries(WORDS).flatMap(([reason, words]) => words.map((word) => [word, reason] as const)),
);

/** What a reason looks like. Anything else is a sentence, which may quote the conversation. */
const ONE_WORD = /^[\w.:/-]{1,64}$/;

/**
 * A provider's reason in the common vocabulary; a word nobody listed stays, lower-cased. `error` stands for a choice
 * without a reason: the answer failed, was cut or cancelled before it had one.
 */
export function finishReason(raw: unknown): string {
  if (typeof raw !== 'string' || raw === '') return 'error';
  return BY_WORD.get(raw) ?? (ONE_WORD.test(raw) ? raw.toLowerCase() : 'other');
}

/** `finish_reason` of a message, if there is a reason: the common vocabulary, but for one word of the message schema. */
export function finishReasonField(raw: unknown): { finish_reason?: string } {
  if (typeof raw !== 'string' || raw === '') return {};
  const reason = finishReason(raw);
  return { finish_reason: reason === 'tool_calls' ? 'tool_call' : reason };
}
