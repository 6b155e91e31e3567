import { describe, expect, test } from 'vitest';
import { judgeResult, StreamJudge } from '../../../src/primitives/answers/answer-judge.ts';

const chat = (finish: unknown, more: object = {}) => ({ choices: [{ index: 0, finish_reason: finish, ...more }] });
const message = (stop: unknown, content: unknown[] = []) => ({ type: 'message', stop_reason: stop, content });
const response = (status: string, output: unknown[] = [], more: object = {}) => ({
  object: 'response',
  status,
  output,
  ...more,
});
const gemini = (finishReason: unknown, parts: unknown[] = [{ text: 'hi' }]) => ({
  candidates: [{ finishReason, content: { parts } }],
});

describe('an answer', () => {
  test.each<readonly [answer: unknown, reason: string | undefined]>([
    [chat('stop'), undefined],
    [chat('length'), 'finish_reason'],
    [chat('content_filter'), 'finish_reason'],
    [chat(null), 'incomplete'],
    [chat('tool_calls', { message: { tool_calls: [{ id: 'a' }] } }), 'tool_calls'],
    [chat('function_call'), 'tool_calls'],
    [
      {
        choices: [
          { index: 0, finish_reason: 'stop' },
          { index: 1, finish_reason: null },
        ],
      },
      'incomplete',
    ],
    [message('end_turn'), undefined],
    [message('stop_sequence'), undefined],
    [message('max_tokens'), 'finish_reason'],
    [message('refusal'), 'finish_reason'],
    [message('pause_turn'), 'finish_reason'],
    [message('tool_use', [{ type: 'tool_use', id: 'toolu_1' }]), 'tool_calls'],
    [response('completed'), undefined],
    [response('incomplete', [], { incomplete_details: { reason: 'max_output_tokens' } }), 'finish_reason'],
    [response('queued'), 'finish_reason'],
    [response('failed'), 'error'],
    [response('completed', [{ type: 'function_call' }]), 'tool_calls'],
    [response('completed', [{ type: 'computer_call' }]), 'tool_calls'],
    [response('completed', [{ type: 'web_search_call' }, { type: 'message' }]), undefined],
    [gemini('STOP'), undefined],
    [gemini('STOP', [{ functionCall: { name: 'f' } }]), 'tool_calls'],
    [gemini('MAX_TOKENS'), 'finish_reason'],
    [gemini('SAFETY'), 'finish_reason'],
    [gemini(undefined), 'incomplete'],
    [{ promptFeedback: { blockReason: 'SAFETY' } }, 'finish_reason'],
    [{ object: 'list', data: [{ embedding: [1] }], usage: { prompt_tokens: 2 } }, undefined],
    [{ embeddings: [{ values: [1] }] }, undefined],
    [{ content: [{ type: 'text', text: 'hi' }], finishReason: 'stop' }, undefined],
    [{ content: [], finishReason: { unified: 'stop' } }, undefined],
    [{ content: [], finishReason: 'content-filter' }, 'finish_reason'],
    [{ content: [{ type: 'tool-call' }], finishReason: 'tool-calls' }, 'tool_calls'],
    [{ error: { message: 'overloaded' } }, 'error'],
    [{ answer: 42 }, undefined],
    ['a text', undefined],
  ])('%j: %s', (answer, reason) => {
    expect(judgeResult(answer, false).notStored).toBe(reason);
  });

  test.each([
    chat('tool_calls', { message: { tool_calls: [{ id: 'a' }] } }),
    message('tool_use', [{ type: 'tool_use', id: 'toolu_1' }]),
    response('completed', [{ type: 'function_call' }]),
    gemini('STOP', [{ functionCall: { name: 'f' } }]),
  ])('with tool calls is stored on request: %j', (answer) => {
    expect(judgeResult(answer, true).notStored).toBeUndefined();
  });
});

describe('a stream', () => {
  const delta = (content: string, finish: unknown = null) => ({
    choices: [{ index: 0, delta: { content }, finish_reason: finish }],
  });
  const start = { type: 'message_start', message: { id: 'm', model: 'claude', usage: { input_tokens: 1 } } };
  test.each<readonly [what: string, chunks: unknown[], reason: string | undefined, ended: boolean]>([
    ['chat', [delta('a'), delta('', 'stop'), { choices: [], usage: { prompt_tokens: 1 } }], undefined, false],
    ['chat without a finish reason', [delta('a')], 'incomplete', false],
    ['chat, one of two choices', [delta('a', 'stop'), { choices: [{ index: 1, delta: {} }] }], 'incomplete', false],
    ['chat that was cut off', [delta('a', 'length')], 'finish_reason', false],
    ['chat with an error', [delta('a', 'stop'), { error: { message: 'no' } }], 'error', false],
    [
      'messages',
      [start, { type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { type: 'message_stop' }],
      undefined,
      true,
    ],
    ['messages without an end', [start, { type: 'message_delta', delta: { stop_reason: 'end_turn' } }], 'error', false],
    ['messages with an error', [start, { type: 'error', error: { type: 'overloaded_error' } }], 'error', false],
    [
      'responses',
      [
        { type: 'response.created', response: response('in_progress') },
        { type: 'response.completed', response: response('completed') },
      ],
      undefined,
      true,
    ],
    [
      'responses without an end',
      [{ type: 'response.created', response: response('in_progress') }],
      'finish_reason',
      false,
    ],
    [
      'responses that are incomplete',
      [
        {
          type: 'response.incomplete',
          response: response('incomplete', [], { incomplete_details: { reason: 'max_output_tokens' } }),
        },
      ],
      'finish_reason',
      false,
    ],
    ['gemini', [gemini(undefined), gemini('STOP')], undefined, false],
    ['gemini without an end', [gemini(undefined)], 'incomplete', false],
    [
      'parts of the AI SDK',
      [
        { type: 'stream-start' },
        { type: 'text-delta', delta: 'a' },
        { type: 'finish', finishReason: 'stop', usage: { inputTokens: 1, outputTokens: 2 } },
      ],
      undefined,
      true,
    ],
    [
      'parts of the AI SDK without an end',
      [{ type: 'stream-start' }, { type: 'text-delta', delta: 'a' }],
      'incomplete',
      false,
    ],
    ['texts', ['a', 'b'], undefined, false],
  ])('%s', (_what, chunks, reason, ended) => {
    const judge = new StreamJudge(false);
    for (const chunk of chunks) judge.read(chunk);
    expect([judge.judge().notStored, judge.hasEnded]).toEqual([reason, ended]);
  });
});
