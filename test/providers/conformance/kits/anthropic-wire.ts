import type { Wire } from '../types.ts';

type Block = { readonly type: string; readonly [field: string]: unknown };

const START = { input_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 2, output_tokens: 1 };
const USAGE = { ...START, output_tokens: 3 };
const CALL: Block = { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Rome' } };

/** One server-sent event. */
export const event = (body: { readonly type: string; readonly [field: string]: unknown }): string =>
  `event: ${body.type}\ndata: ${JSON.stringify(body)}\n\n`;

/** A message that says this. */
export function message(content: readonly Block[], stop: string | null, usage: object = USAGE): object {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5-20260201',
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage,
  };
}

/** The same message as events. */
export function events(block: Block, deltas: readonly object[], stop: string): string[] {
  return [
    event({ type: 'message_start', message: message([], null, START) }),
    event({ type: 'content_block_start', index: 0, content_block: block }),
    event({ type: 'ping' }),
    ...deltas.map((delta) => event({ type: 'content_block_delta', index: 0, delta })),
    event({ type: 'content_block_stop', index: 0 }),
    event({ type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 3 } }),
    event({ type: 'message_stop' }),
  ];
}

const text = (content: string): Block => ({ type: 'text', text: content });
const texts = (...parts: string[]): object[] => parts.map((part) => ({ type: 'text_delta', text: part }));
const FRAMES = events(text(''), texts('Hel', 'lo'), 'end_turn');

/** What the messages endpoint sends. */
export const anthropicWire: Wire = {
  answer: message([text('Hello')], 'end_turn'),
  frames: FRAMES,
  usageFrames: FRAMES,
  errorFrame: event({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
  failure: (status) => ({
    type: 'error',
    error: { type: 'invalid_request_error', message: `refused with ${status}` },
  }),
  parsable: message([text('{"greeting":"Hello"}')], 'end_turn'),
  cutShort: message([text('{"greet')], 'max_tokens'),
  toolRounds: {
    unary: [message([CALL], 'tool_use'), message([text('Sunny')], 'end_turn')],
    streamed: [
      events({ ...CALL, input: {} }, [{ type: 'input_json_delta', partial_json: '{"city":"Rome"}' }], 'tool_use'),
      events(text(''), texts('Sunny'), 'end_turn'),
    ],
  },
};
