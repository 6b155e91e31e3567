import { describe, expect, test } from 'vitest';
import { finishReason, finishReasonField } from '../../../src/providers/reading/finish-reasons.ts';
import { textsOf } from '../../support/source-tables.ts';

/** Every word of a provider, and the common one. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  stop: [
    ...['stop', 'end_turn', 'stop_sequence', 'STOP', 'completed'],
    ...['COMPLETE', 'FINISH', 'STOP_SEQUENCE', 'endoftext'],
  ],
  length: ['length', 'max_tokens', 'max_output_tokens', 'MAX_TOKENS', 'LENGTH', 'model_context_window_exceeded'],
  tool_calls: ['tool_calls', 'function_call', 'tool_use'],
  content_filter: [
    ...['content_filter', 'refusal', 'SAFETY', 'RECITATION', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'SPII'],
    ...['IMAGE_SAFETY', 'MODEL_ARMOR', 'guardrail_intervened', 'content_filtered', 'CONTENT_FILTERED', 'ERROR_TOXIC'],
  ],
  error: [
    ...['error', 'failed', 'cancelled', 'MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL'],
    ...['malformed_model_output', 'malformed_tool_use'],
  ],
  compaction: ['compaction'],
};
const ROWS = Object.entries(WORDS).flatMap(([reason, words]) => words.map((word) => [word, reason] as const));

describe('the common vocabulary', () => {
  test.each(ROWS)('%s is %s', (word, reason) => {
    expect(finishReason(word)).toBe(reason);
    expect(finishReasonField(word)).toEqual({ finish_reason: reason === 'tool_calls' ? 'tool_call' : reason });
  });

  test('has no word without a row here', () => {
    const expected = ROWS.map(([word]) => word);
    expect(textsOf('src/providers/reading/finish-reasons.ts', 'WORDS').sort()).toEqual(expected.sort());
  });

  test.each([
    ['Some_New.Reason:1/2-3', 'some_new.reason:1/2-3'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['x'.repeat(65), 'other'],
    ['I stopped because you said "secret"', 'other'],
    ['constructor', 'constructor'],
    ['', 'error'],
    [undefined, 'error'],
    [null, 'error'],
    [7, 'error'],
  ])('%o, which is not in it, is %s', (raw, reason) => {
    expect(finishReason(raw)).toBe(reason);
  });

  test.each(['', undefined, null, 7])('%o is no field of a message', (raw) => {
    expect(finishReasonField(raw)).toEqual({});
  });
});
