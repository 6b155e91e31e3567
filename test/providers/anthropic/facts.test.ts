import { describe, expect, test } from 'vitest';
import { completion, message } from '../../../src/providers/anthropic/methods.ts';
import { completionAttributes, messageAttributes } from '../../../src/providers/anthropic/request.ts';
import { anthropicAttributes, completionFacts, messageFacts } from '../../../src/providers/anthropic/response.ts';
import { CompletionReader } from '../../../src/providers/anthropic/stream.ts';
import { MessageReader } from '../../../src/providers/formats/anthropic-messages/stream.ts';
import { anthropicUsageFacts } from '../../../src/providers/formats/anthropic-messages/usage.ts';

/** Nothing a value could be, but applications and servers are. */
const ODD: readonly unknown[] = [undefined, null, 0, 'text', true, [], [null], {}, new Map(), () => {}];

describe('request', () => {
  test.each<[string, object, unknown, object]>([
    ['nothing', {}, undefined, {}],
    [
      'sampling',
      { temperature: 0, top_p: 0.5, top_k: 40, max_tokens: 99, stop_sequences: ['\n'], stream: true },
      undefined,
      {
        'gen_ai.request.temperature': 0,
        'gen_ai.request.top_p': 0.5,
        'gen_ai.request.top_k': 40,
        'gen_ai.request.max_tokens': 99,
        'gen_ai.request.stop_sequences': ['\n'],
        'gen_ai.request.stream': true,
      },
    ],
    ['stream: false', { stream: false }, undefined, {}],
    [
      'effort and a schema',
      { output_config: { effort: 'high', format: { type: 'json_schema' } } },
      undefined,
      { 'gen_ai.request.reasoning.level': 'high', 'gen_ai.output.type': 'json' },
    ],
    [
      "the beta's first schema",
      { output_format: { type: 'json_schema' } },
      undefined,
      { 'gen_ai.output.type': 'json' },
    ],
    [
      'thinking, service tier, betas',
      { thinking: { type: 'enabled', budget_tokens: 1024 }, service_tier: 'standard_only', betas: ['a', 'b'] },
      undefined,
      {
        'anthropic.thinking.type': 'enabled',
        'anthropic.thinking.budget_tokens': 1024,
        'anthropic.request.service_tier': 'standard_only',
        'anthropic.beta': ['a', 'b'],
      },
    ],
    [
      'a conversation and the turn before',
      { thread: { type: 'continue', previous_message_id: 'msg_1' } },
      { openTelemetry: { conversationId: 'c1' } },
      { 'gen_ai.conversation.id': 'c1', 'gen_ai.request.previous_response.id': 'msg_1' },
    ],
  ])('%s', (_, params, options, expected) => {
    expect(messageAttributes(params as never, options)).toEqual(expected);
  });

  test('the legacy completions count their tokens under another name', () => {
    expect(completionAttributes({ max_tokens_to_sample: 9, temperature: 1 }, undefined)).toEqual({
      'gen_ai.request.max_tokens': 9,
      'gen_ai.request.temperature': 1,
    });
  });

  test.each(['max_tokens', 'stop_sequences', 'output_config', 'thinking', 'betas', 'thread', 'service_tier'])(
    'an odd %s throws nothing',
    (field) => {
      for (const value of ODD) {
        expect(() => messageAttributes({ [field]: value }, value)).not.toThrow();
        expect(() => message.request({}, [{ [field]: value }, value], {})).not.toThrow();
        expect(() => completion.request(value, [value], {})).not.toThrow();
      }
    },
  );
});

const USAGE = {
  input_tokens: 10,
  cache_read_input_tokens: 200,
  cache_creation_input_tokens: 30,
  cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
  output_tokens: 50,
  output_tokens_details: { thinking_tokens: 40 },
  server_tool_use: { web_search_requests: 2, web_fetch_requests: 1 },
  service_tier: 'standard',
};

describe('answer', () => {
  test('input tokens include what the cache gave and took', () => {
    expect(anthropicUsageFacts(USAGE)).toMatchObject({
      input: 240,
      output: 50,
      cacheRead: 200,
      cacheWrite: 30,
      reasoning: 40,
    });
  });

  test.each<[string, unknown, object | undefined]>([
    ['no usage', undefined, undefined],
    ['null for what does not apply', { input_tokens: 3, cache_read_input_tokens: null, output_tokens: 0 }, { input: 3, output: 0 }], // biome-ignore format: a row
    ['zeros are counts', { input_tokens: 0, cache_read_input_tokens: 0 }, { input: 0, cacheRead: 0 }],
    ['cache counts alone make no input', { cache_read_input_tokens: 7 }, { cacheRead: 7 }],
    ['numbers as strings stay out', { input_tokens: '3', output_tokens: '4' }, undefined],
  ])('usage: %s', (_, usage, expected) => {
    expect(anthropicUsageFacts(usage)).toEqual(expected);
  });

  test('a message', () => {
    const facts = messageFacts({ id: 'msg_1', model: 'claude-x', stop_reason: 'pause_turn', usage: USAGE });
    expect(facts).toMatchObject({ id: 'msg_1', model: 'claude-x', finishReasons: ['pause_turn'] });
    expect(facts.attributes).toEqual({
      'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 20,
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 10,
      'anthropic.usage.server_tool_use.web_search_requests': 2,
      'anthropic.usage.server_tool_use.web_fetch_requests': 1,
      'anthropic.response.service_tier': 'standard',
      'anthropic.message.stop_reason': 'pause_turn',
    });
  });

  test('what compactions used is apart from what the message used', () => {
    const iterations = [
      { type: 'compaction', input_tokens: 100, cache_read_input_tokens: 5, output_tokens: 20 },
      { type: 'message', input_tokens: 10, output_tokens: 50 },
      { type: 'compaction', input_tokens: 1, output_tokens: 2 },
    ];
    expect(messageFacts({ usage: { ...USAGE, iterations } }).attributes).toMatchObject({
      'anthropic.usage.compaction.input_tokens': 106,
      'anthropic.usage.compaction.output_tokens': 22,
    });
  });

  test.each<[reason: unknown, common: string[] | undefined]>([
    ['end_turn', ['stop']],
    ['stop_sequence', ['stop']],
    ['max_tokens', ['length']],
    ['model_context_window_exceeded', ['length']],
    ['tool_use', ['tool_calls']],
    ['refusal', ['content_filter']],
    ['compaction', ['compaction']],
    ['pause_turn', ['pause_turn']],
    [null, ['error']],
  ])('stop reason %s', (stop_reason, common) => {
    expect(messageFacts({ stop_reason }).finishReasons).toEqual(common);
  });

  test('a legacy completion', () => {
    const facts = completionFacts({
      id: 'compl_1',
      model: 'claude-2.1',
      stop_reason: 'stop_sequence',
      completion: 'x',
    });
    expect(facts).toMatchObject({ id: 'compl_1', model: 'claude-2.1', finishReasons: ['stop'] });
    expect(facts.usage).toBeUndefined();
  });

  test.each(ODD)('of %o throws nothing', (value) => {
    expect(() => messageFacts(value)).not.toThrow();
    for (const field of ['usage', 'stop_reason', 'id', 'model']) messageFacts({ [field]: value });
    for (const field of Object.keys(USAGE)) messageFacts({ usage: { ...USAGE, [field]: value } });
    expect(() => messageFacts({ usage: { iterations: [value] } })).not.toThrow();
  });
});

const START = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    model: 'claude-x',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 3, cache_creation: USAGE.cache_creation },
  },
};
const DELTA = {
  type: 'message_delta',
  delta: { stop_reason: 'tool_use' },
  usage: { output_tokens: 70, input_tokens: 12, cache_read_input_tokens: null, server_tool_use: USAGE.server_tool_use },
};
const STOP = { type: 'message_stop' };

function read(events: readonly object[], complete = true) {
  const reader = new MessageReader(undefined, anthropicAttributes);
  for (const event of events) reader.read(event);
  return reader.facts(complete);
}

describe('stream', () => {
  test('the last counts win, and null leaves the one before', () => {
    const facts = read([START, DELTA, STOP]);
    expect(facts).toMatchObject({ id: 'msg_1', model: 'claude-x', finishReasons: ['tool_calls'] });
    expect(facts.usage).toMatchObject({ input: 17, output: 70, cacheRead: 5 });
    expect(facts.failure).toBeUndefined();
    expect(facts.attributes).toMatchObject({
      'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 20,
      'anthropic.usage.server_tool_use.web_search_requests': 2,
      'anthropic.message.stop_reason': 'tool_use',
    });
  });

  test("message_start's output count is no count", () => {
    expect(read([START], false).usage).toMatchObject({ input: 15, output: undefined, cacheRead: 5 });
  });

  test.each<[string, object[]]>([
    ['nothing came', []],
    ['only its start', [START]],
    ['all but its last event', [START, DELTA]],
  ])('cut off: %s', (_, events) => {
    expect(read(events).failure).toMatchObject({ type: 'stream_truncated' });
    expect(read(events, false).failure).toBeUndefined();
  });

  test('cut off before a reason: error; after it: the reason', () => {
    expect(read([START]).finishReasons).toEqual(['error']);
    expect(read([START, DELTA]).finishReasons).toEqual(['tool_calls']);
  });

  test('a message that came whole in its first event', () => {
    const whole = { ...START, message: { ...START.message, stop_reason: 'tool_use' } };
    expect(read([whole, STOP])).toMatchObject({ finishReasons: ['tool_calls'], failure: undefined });
  });

  test.each<[object, string | undefined]>([
    [{ type: 'content_block_start', content_block: { type: 'server_tool_use' } }, 'tool_call'],
    [{ type: 'content_block_start', content_block: { type: 'thinking' } }, 'reasoning'],
    [{ type: 'content_block_start', content_block: { type: 'web_search_tool_result' } }, undefined],
    [{ type: 'content_block_delta', delta: { type: 'text_delta' } }, 'text'],
    [{ type: 'content_block_delta', delta: { type: 'input_json_delta' } }, 'tool_call'],
    [{ type: 'content_block_delta', delta: null }, undefined],
    [DELTA, 'usage'],
    [STOP, undefined],
  ])('kind of %o', (event, kind) => {
    expect(new MessageReader().kind(event)).toBe(kind);
  });

  test('legacy completions end with a reason', () => {
    const reader = new CompletionReader();
    reader.read({ id: 'compl_1', model: 'claude-2.1', completion: 'Hel', stop_reason: null });
    expect(reader.facts(true).failure).toMatchObject({ type: 'stream_truncated' });
    reader.read({ completion: '', stop_reason: 'max_tokens' });
    expect(reader.facts(true)).toMatchObject({ id: 'compl_1', finishReasons: ['length'], failure: undefined });
    expect(reader.kind({ completion: 'x' })).toBe('text');
  });
});
