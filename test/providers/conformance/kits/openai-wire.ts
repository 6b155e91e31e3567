import type { Wire } from '../types.ts';

const USAGE = { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 };
const HEAD = { id: 'chatcmpl-1', created: 1, model: 'gpt-4o-mini-2024-07-18' };
const DONE = 'data: [DONE]\n\n';

/** One server-sent event without a name. */
export const data = (body: unknown): string => `data: ${JSON.stringify(body)}\n\n`;

/** One named server-sent event of the Responses API. */
export const event = (body: { readonly type: string }): string => `event: ${body.type}\n${data(body)}`;

function completion(message: object, finishReason: string): object {
  return {
    ...HEAD,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', refusal: null, ...message },
        logprobs: null,
        finish_reason: finishReason,
      },
    ],
    usage: USAGE,
  };
}

function chunk(delta: object, finishReason: string | null = null): string {
  return data({
    ...HEAD,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  });
}

const TOOL_CALL = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } };
const CHUNKS = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hel' }),
  chunk({ content: 'lo' }),
  chunk({}, 'stop'),
];

/** What the chat completions endpoint sends. */
export const openaiWire: Wire = {
  answer: completion({ content: 'Hello' }, 'stop'),
  frames: [...CHUNKS, DONE],
  usageFrames: [...CHUNKS, data({ ...HEAD, object: 'chat.completion.chunk', choices: [], usage: USAGE }), DONE],
  errorFrame: data({ error: { message: 'overloaded', type: 'server_error', param: null, code: 'server_overloaded' } }),
  failure: (status) => ({
    error: { message: `refused with ${status}`, type: 'invalid_request_error', param: 'model', code: 'refused' },
  }),
  parsable: completion({ content: '{"greeting":"Hello"}' }, 'stop'),
  cutShort: completion({ content: '{"greet' }, 'length'),
  toolRounds: {
    unary: [
      completion({ content: null, tool_calls: [TOOL_CALL] }, 'tool_calls'),
      completion({ content: 'Sunny' }, 'stop'),
    ],
    streamed: [
      [
        chunk({ role: 'assistant', content: null, tool_calls: [{ index: 0, ...TOOL_CALL }] }),
        chunk({}, 'tool_calls'),
        DONE,
      ],
      [chunk({ role: 'assistant', content: 'Sunny' }), chunk({}, 'stop'), DONE],
    ],
  },
};
