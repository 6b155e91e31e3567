import { describe, expect, test } from 'vitest';
import type { ResponseFacts, StreamReader } from '../../../src/facts/call.ts';
import { openaiAttributes } from '../../../src/providers/formats/openai-chat/openai-attributes.ts';
import { CompletionReader } from '../../../src/providers/formats/openai-chat/stream.ts';
import { MediaReader } from '../../../src/providers/formats/openai-media/stream.ts';
import { ResponsesReader } from '../../../src/providers/openai/stream.ts';

/** Feeds chunks to a reader and asks for the facts. */
function facts(reader: StreamReader, chunks: readonly unknown[], complete = true): ResponseFacts {
  for (const chunk of chunks) reader.read(chunk);
  return reader.facts(complete);
}

const choice = (fields: object, index = 0): object => ({ choices: [{ index, ...fields }] });

describe('chat completions', () => {
  const CASES: readonly (readonly [about: string, chunks: readonly unknown[], expected: object])[] = [
    [
      'an ordinary stream',
      [
        {
          id: 'c1',
          model: 'gpt-4o',
          system_fingerprint: 'fp',
          ...choice({ delta: { role: 'assistant', content: '' } }),
        },
        { id: 'c1', model: 'gpt-4o', ...choice({ delta: { content: 'a' } }) },
        { id: 'c1', service_tier: 'default', ...choice({ delta: {}, finish_reason: 'stop' }) },
        { id: 'c1', choices: [], usage: { prompt_tokens: 3, completion_tokens: 1 } },
      ],
      {
        id: 'c1',
        model: 'gpt-4o',
        finishReasons: ['stop'],
        usage: { input: 3, output: 1 },
        attributes: { 'openai.response.service_tier': 'default', 'openai.response.system_fingerprint': 'fp' },
      },
    ],
    [
      'usage in every chunk: the last one wins',
      [{ usage: { prompt_tokens: 1 } }, { usage: { prompt_tokens: 9, completion_tokens: 2 } }, { usage: null }],
      { usage: { input: 9, output: 2 } },
    ],
    ['usage of Groq', [{ x_groq: { id: 'x' } }, { x_groq: { usage: { prompt_tokens: 4 } } }], { usage: { input: 4 } }],
    ['no usage', [choice({ finish_reason: 'stop' })], { usage: undefined }],
    [
      'choices in any order',
      [choice({ finish_reason: 'length' }, 1), choice({ finish_reason: 'stop' }, 0)],
      { finishReasons: ['stop', 'length'] },
    ],
    [
      'a choice without a reason',
      [choice({ finish_reason: 'stop' }, 0), choice({ delta: {} }, 1)],
      { finishReasons: ['stop', 'error'] },
    ],
    ['a gap in the choices', [choice({ finish_reason: 'stop' }, 2)], { finishReasons: ['error', 'error', 'stop'] }],
    ['an index that cannot be', [choice({ finish_reason: 'stop' }, 1e9)], { finishReasons: ['stop'] }],
    ['a negative index', [choice({ finish_reason: 'stop' }, -1)], { finishReasons: ['stop'] }],
    ['no chunk at all', [], { finishReasons: ['error'] }],
    [
      'an empty first id',
      [
        { id: '', model: '' },
        { id: 'c2', model: 'm' },
      ],
      { id: 'c2', model: 'm' },
    ],
    [
      'odd chunks',
      [{ choices: null }, { choices: [null, undefined, {}] }, { choices: 'x', usage: 'y', x_groq: 5 }, {}, []],
      { usage: undefined },
    ],
  ];

  test.each(CASES)('%s', (_, chunks, expected) => {
    expect(facts(new CompletionReader(undefined, openaiAttributes), chunks)).toMatchObject(expected);
  });

  const KINDS: readonly (readonly [chunk: unknown, kind: string | undefined])[] = [
    [choice({ delta: { content: 'a' } }), 'text'],
    [choice({ delta: { content: '' } }), undefined],
    [choice({ delta: { reasoning_content: 'a' } }), 'reasoning'],
    [choice({ delta: { reasoning: 'a' } }), 'reasoning'],
    [choice({ delta: { tool_calls: [{}] } }), 'tool_call'],
    [choice({ delta: { function_call: {} } }), 'tool_call'],
    [choice({ delta: { refusal: 'no' } }), 'refusal'],
    [choice({ delta: { audio: {} } }), 'audio'],
    [{ choices: [], usage: {} }, 'usage'],
    [{ ...choice({ delta: {} }), usage: {} }, 'usage'],
    [choice({ text: 'a' }), 'text'],
    [choice({ text: '' }), undefined],
    [{ choices: null }, undefined],
    [{ choices: [null] }, undefined],
    [{}, undefined],
  ];

  test.each(KINDS)('%o starts %s', (chunk, kind) => {
    expect(new CompletionReader().kind(chunk)).toBe(kind);
  });

  test('content is put together only if somebody does it', () => {
    expect(new CompletionReader().output(true)).toEqual([]);
    const seen: unknown[] = [];
    const message = { role: 'assistant', parts: [] };
    const reader = new CompletionReader({ add: (chunk) => void seen.push(chunk), messages: () => [message] });
    reader.read(choice({ delta: {} }));
    expect(seen).toHaveLength(1);
    expect(reader.output(true)).toEqual([message]);
  });
});

const event = (type: string, response?: object): object => (response === undefined ? { type } : { type, response });
const CREATED = event('response.created', { id: 'r1', model: 'gpt-5', status: 'in_progress' });
const COMPLETED = event('response.completed', {
  id: 'r1',
  model: 'gpt-5-2025',
  status: 'completed',
  usage: { input_tokens: 3, output_tokens: 2 },
});

describe('responses', () => {
  const CASES: readonly (readonly [about: string, chunks: readonly unknown[], complete: boolean, expected: object])[] =
    [
      [
        'to its end',
        [CREATED, { type: 'response.output_text.delta', delta: 'a' }, COMPLETED],
        true,
        { id: 'r1', model: 'gpt-5-2025', finishReasons: ['stop'], usage: { input: 3, output: 2 }, failure: undefined },
      ],
      [
        'incomplete',
        [
          CREATED,
          event('response.incomplete', { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }),
        ],
        true,
        { model: 'gpt-5', finishReasons: ['length'], failure: undefined },
      ],
      [
        'failed',
        [CREATED, event('response.failed', { status: 'failed', error: { code: 'server_error', message: 'm' } })],
        true,
        { finishReasons: ['error'], failure: { type: 'server_error' } },
      ],
      [
        'an error event',
        [CREATED, { type: 'error', error: { code: 'rate_limit_exceeded' } }],
        true,
        { id: 'r1', finishReasons: ['error'], failure: { type: 'rate_limit_exceeded' } },
      ],
      [
        'an error event of the older kind',
        [{ type: 'error', code: 'ERR', message: 'm' }],
        true,
        { failure: { type: 'ERR' } },
      ],
      [
        'an error event without a code',
        [{ type: 'error', code: null, message: 'm', param: null }],
        true,
        { failure: { type: '_OTHER', message: 'm' } },
      ],
      [
        'an error event with a number for a code',
        [{ type: 'error', error: { code: 429, type: 'rate_limit' } }],
        true,
        { failure: { type: 'rate_limit' } },
      ],
      ['cut', [CREATED], false, { id: 'r1', model: 'gpt-5', finishReasons: ['error'], failure: undefined }],
      ['ended without its last event', [CREATED], true, { finishReasons: ['error'], failure: undefined }],
      [
        'a background response that is still running',
        [event('response.queued', { id: 'r1', model: 'gpt-5', status: 'queued', background: true })],
        true,
        { id: 'r1', finishReasons: undefined, failure: undefined },
      ],
      ['no event at all', [], true, { finishReasons: ['error'] }],
      [
        'odd events',
        [{}, [], { type: 5 }, { response: null }, { response: 'x' }, { type: 'error', error: null }],
        true,
        { id: undefined },
      ],
    ];

  test.each(CASES)('%s', (_, chunks, complete, expected) => {
    expect(facts(new ResponsesReader(false), chunks, complete)).toMatchObject(expected);
  });

  test('fetched: neither tokens nor failure', () => {
    const fetched = facts(new ResponsesReader(true), [CREATED, COMPLETED]);
    expect(fetched).toMatchObject({ id: 'r1', attributes: { 'gen_ai.response.status': 'completed' } });
    expect(fetched.usage).toBeUndefined();
    const failed = facts(new ResponsesReader(true), [CREATED, { type: 'error', code: 'x' }]);
    expect(failed.failure).toBeUndefined();
  });

  test.each([
    ['response.output_text.delta', 'text'],
    ['response.output_text.done', undefined],
    ['response.reasoning_summary_text.delta', 'reasoning'],
    ['response.reasoning_text.delta', 'reasoning'],
    ['response.function_call_arguments.delta', 'tool_call'],
    ['response.custom_tool_call_input.delta', 'tool_call'],
    ['response.mcp_call_arguments.delta', 'tool_call'],
    ['response.refusal.delta', 'refusal'],
    ['response.audio.delta', 'audio'],
    ['response.completed', 'usage'],
    ['response.incomplete', 'usage'],
    ['response.created', undefined],
    [undefined, undefined],
    [7, undefined],
  ])('%o starts %o', (type, kind) => {
    expect(new ResponsesReader(false).kind({ type })).toBe(kind);
  });

  test('content', () => {
    expect(new ResponsesReader(false).output(true)).toEqual([]);
  });
});

describe('images and transcriptions', () => {
  test('the usage of the last event', () => {
    const chunks = [{ type: 'a' }, { usage: null }, { type: 'transcript.text.done', usage: { input_tokens: 5 } }];
    expect(facts(new MediaReader(), chunks).usage).toMatchObject({ input: 5 });
    expect(facts(new MediaReader(), []).usage).toBeUndefined();
  });

  test.each([
    ['transcript.text.delta', 'text'],
    ['speech.audio.delta', 'audio'],
    ['image_generation.partial_image', undefined],
    [null, undefined],
  ])('%o starts %o', (type, kind) => {
    expect(new MediaReader().kind({ type })).toBe(kind);
  });
});
