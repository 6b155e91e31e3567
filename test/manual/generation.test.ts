import { Readable } from 'node:stream';
import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { traceGeneration } from '../../src/index.ts';
import type { Generation, GenerationOptions, GenerationResponse } from '../../src/manual/generation-options.ts';
import { openOperationCount } from '../../src/telemetry/call/open-operations.ts';
import { world } from './world.ts';

const { spans, collect, options: configure } = world();

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true); // warnings
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(openOperationCount()).toBe(0);
});

const one = (): ReadableSpan => {
  const [span, ...more] = spans();
  if (span === undefined || more.length > 0) throw new Error(`${spans().length} spans`);
  return span;
};

const BASE: GenerationOptions = { provider: 'cohere', model: 'command-a' };
const ANSWER: GenerationResponse = {
  id: 'c-1',
  model: 'command-a-03-2025',
  finishReasons: 'end_turn',
  usage: { inputTokens: 1000, outputTokens: 100 },
};

interface Row {
  readonly about: string;
  readonly options?: Partial<GenerationOptions>;
  readonly responses?: readonly unknown[];
  readonly name?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

const ROWS: readonly Row[] = [
  {
    about: 'nothing but what is needed',
    name: 'chat command-a',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'cohere',
      'gen_ai.request.model': 'command-a',
      'gen_ai.response.id': undefined,
      'gen_ai.usage.input_tokens': undefined,
      'llm_otel.stream.outcome': undefined,
    },
  },
  {
    about: 'every request attribute',
    options: {
      operation: 'text_completion',
      server: 'http://10.0.0.1:8080/v1',
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      maxTokens: 99,
      stopSequences: 'END',
      frequencyPenalty: 0.1,
      presencePenalty: 0.2,
      seed: 7,
      choiceCount: 2,
      stream: true,
      reasoningLevel: 'low',
      outputType: 'json',
      conversationId: 'conv',
      previousResponseId: 'prev',
      dimensions: 256,
      attributes: { 'cohere.safety_mode': 'STRICT' },
    },
    name: 'text_completion command-a',
    attributes: {
      'server.address': '10.0.0.1',
      'server.port': 8080,
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.top_p': 0.9,
      'gen_ai.request.top_k': 40,
      'gen_ai.request.max_tokens': 99,
      'gen_ai.request.stop_sequences': ['END'],
      'gen_ai.request.frequency_penalty': 0.1,
      'gen_ai.request.presence_penalty': 0.2,
      'gen_ai.request.seed': 7,
      'gen_ai.request.choice.count': 2,
      'gen_ai.request.stream': true,
      'gen_ai.request.reasoning.level': 'low',
      'gen_ai.output.type': 'json',
      'gen_ai.conversation.id': 'conv',
      'gen_ai.request.previous_response.id': 'prev',
      'gen_ai.embeddings.dimension.count': 256,
      'cohere.safety_mode': 'STRICT',
    },
  },
  {
    about: 'a host without a scheme, one choice, no stream',
    options: { server: 'api.cohere.com', choiceCount: 1, stream: false },
    attributes: {
      'server.address': 'api.cohere.com',
      'server.port': 443,
      'gen_ai.request.choice.count': undefined,
      'gen_ai.request.stream': undefined,
    },
  },
  {
    about: 'an answer',
    responses: [ANSWER],
    attributes: {
      'gen_ai.response.id': 'c-1',
      'gen_ai.response.model': 'command-a-03-2025',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
    },
  },
  {
    about: 'an answer in pieces, the last value of a field counts',
    responses: [
      { id: 'a', usage: { inputTokens: 1 } },
      { id: 'b', usage: { outputTokens: 0 } },
      { finishReasons: ['length'] },
    ],
    attributes: {
      'gen_ai.response.id': 'b',
      'gen_ai.usage.input_tokens': 1,
      'gen_ai.usage.output_tokens': 0,
      'gen_ai.response.finish_reasons': ['length'],
    },
  },
  {
    about: 'all kinds of tokens, and what they cost',
    options: { provider: 'openai', model: 'gpt-4o' },
    responses: [
      {
        usage: {
          inputTokens: 1000,
          outputTokens: 100,
          cacheReadTokens: 400,
          cacheWriteTokens: 0,
          reasoningTokens: 50,
          inputByModality: { text: 1000 },
        },
      },
    ],
    attributes: {
      'gen_ai.usage.cache_read.input_tokens': 400,
      'gen_ai.usage.cache_write.input_tokens': 0,
      'gen_ai.usage.reasoning.output_tokens': 50,
      'gen_ai.usage.text.input_tokens': 1000,
      'gen_ai.usage.cost': 0.003,
      'llm_otel.cost.model': 'openai/gpt-4o',
    },
  },
  {
    about: 'what cannot be used is not said',
    options: {
      temperature: 'hot' as unknown as number,
      server: 'http://[',
      stopSequences: [1] as unknown as string[],
      attributes: { 'gen_ai.usage.cost': 5 },
    },
    responses: [undefined, 'text', { id: 5, finishReasons: 3, usage: { inputTokens: -1, outputTokens: '7' } }],
    attributes: {
      'gen_ai.request.temperature': undefined,
      'gen_ai.request.stop_sequences': undefined,
      'server.address': undefined,
      'gen_ai.response.id': undefined,
      'gen_ai.usage.input_tokens': undefined,
      'gen_ai.usage.output_tokens': undefined,
      'gen_ai.usage.cost': undefined,
    },
  },
];

describe('what is told is recorded', () => {
  test.each(ROWS)('$about', ({ options, responses = [], attributes, name }) => {
    const result = traceGeneration({ ...BASE, ...options }, (call) => {
      for (const response of responses) call.response(response as GenerationResponse);
      return 5;
    });
    expect(result).toBe(5);
    const span = one();
    const seen = Object.fromEntries(Object.keys(attributes).map((key) => [key, span.attributes[key]]));
    expect(seen).toEqual(attributes);
    if (name !== undefined) expect(span.name).toBe(name);
    expect(span.kind).toBe(2);
    expect(span.instrumentationScope.name).toBe('@x/llm-otel');
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
  });

  test('in metrics too', async () => {
    traceGeneration({ provider: 'openai', model: 'gpt-4o' }, (call) => call.response(ANSWER));
    const points = await collect();
    expect(points.get('gen_ai.client.inference.duration')?.points).toMatchObject([
      { count: 1, attributes: { 'gen_ai.provider.name': 'openai', 'gen_ai.response.model': 'command-a-03-2025' } },
    ]);
    expect(points.get('gen_ai.client.inference.usage.input_tokens')?.points).toMatchObject([{ sum: 1000 }]);
  });

  test.each([
    ['no options', undefined],
    ['no provider', { model: 'm' }],
    ['an operation that is none', { provider: 'cohere', operation: 'Chat!' }],
  ])('%s: the call goes on, with a warning', (_about, options) => {
    expect(traceGeneration(options as GenerationOptions, () => 1)).toBe(1);
    expect(one().name).toMatch(/^chat/);
  });

  test('options that cannot be read do no harm', () => {
    const options = {
      get provider(): string {
        throw new Error('x');
      },
    };
    expect(traceGeneration(options, () => 1)).toBe(1);
  });
});

const FAILURE = Object.assign(new Error('no: my secret'), { status: 429, code: 'rate_limit_exceeded' });

async function* chunks(call?: Generation): AsyncGenerator<string> {
  yield 'Hel';
  await undefined;
  yield 'lo';
  call?.response(ANSWER);
}

async function read(stream: AsyncIterable<unknown>, most = Number.POSITIVE_INFINITY): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const chunk of stream) {
    seen.push(chunk);
    if (seen.length >= most) break;
  }
  return seen;
}

describe('what comes of it', () => {
  test('a promise ends the call when it is settled', async () => {
    const promise = traceGeneration(BASE, async (call) => {
      await undefined;
      call.response(ANSWER);
      return ANSWER;
    });
    expect(spans()).toEqual([]);
    expect(await promise).toBe(ANSWER);
    expect(one().attributes['gen_ai.response.id']).toBe('c-1');
  });

  test.each([
    [
      'thrown',
      () =>
        traceGeneration(BASE, () => {
          throw FAILURE;
        }),
    ],
    [
      'rejected',
      () =>
        traceGeneration(BASE, async (call) => {
          call.response(ANSWER);
          throw FAILURE;
        }),
    ],
    [
      'in a stream',
      () =>
        read(
          traceGeneration(BASE, async function* () {
            yield 1;
            throw FAILURE;
          }),
        ),
    ],
  ])('an error that is %s is the very one, and recorded without its text', async (_about, run) => {
    await expect((async () => run())()).rejects.toBe(FAILURE);
    const span = one();
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes['error.type']).toBe('rate_limit_exceeded');
    expect(JSON.stringify([span.attributes, span.events, span.status])).not.toContain('secret');
  });

  test('what was told before an error counts', async () => {
    await traceGeneration(BASE, async (call) => {
      call.response(ANSWER);
      throw FAILURE;
    }).catch(() => {});
    expect(one().attributes['gen_ai.usage.input_tokens']).toBe(1000);
  });

  test('an abort is no failure', async () => {
    const abort = new DOMException('This operation was aborted', 'AbortError');
    await traceGeneration(BASE, async () => {
      throw abort;
    }).catch(() => {});
    expect(one().status.code).toBe(SpanStatusCode.UNSET);
    expect(one().attributes['llm_otel.stream.outcome']).toBe('cancelled');
  });

  test('a stream is the very one, observed', async () => {
    let made: AsyncGenerator<string> | undefined;
    const stream = traceGeneration(BASE, (call) => {
      made = chunks(call);
      return made;
    });
    expect(stream).toBe(made);
    expect(await read(stream)).toEqual(['Hel', 'lo']);
    const { attributes, events } = one();
    expect(attributes).toMatchObject({
      'llm_otel.stream.outcome': 'completed',
      'llm_otel.stream.chunks': 2,
      'gen_ai.usage.output_tokens': 100,
      'gen_ai.response.finish_reasons': ['stop'],
    });
    expect(attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0);
    expect(events.map(({ name, attributes: of }) => [name, of?.['llm_otel.chunk.kind']])).toEqual([
      ['llm_otel.stream.chunk', 'text'],
      ['llm_otel.stream.chunk', undefined],
    ]);
  });

  test('a promise of a stream that is left early', async () => {
    expect(await read(await traceGeneration(BASE, async (call) => chunks(call)), 1)).toEqual(['Hel']);
    expect(one().attributes).toMatchObject({
      'llm_otel.stream.outcome': 'cancelled',
      'llm_otel.stream.chunks': 1,
      'gen_ai.response.finish_reasons': ['error'],
    });
  });

  test('onChunk can name the type of its chunks', async () => {
    const lengths: number[] = [];
    const onChunk = (chunk: { readonly text: string }): unknown => lengths.push(chunk.text.length);
    const stream = traceGeneration({ ...BASE, onChunk }, async function* () {
      yield { text: 'the' };
      yield { text: 'sea is' };
    });
    for await (const _ of stream);
    expect(lengths).toEqual([3, 6]);
    one();
  });

  test('chunks can be read by onChunk', async () => {
    const onChunk: GenerationOptions['onChunk'] = (chunk, call) => {
      const { usage } = chunk as { usage?: number };
      if (usage === undefined) return 'reasoning';
      call.response({ usage: { inputTokens: usage } });
      return 'nonsense';
    };
    await read(
      traceGeneration(
        { ...BASE, onChunk },
        () =>
          new ReadableStream({
            start(controller) {
              controller.enqueue({ text: 'a' });
              controller.enqueue({ usage: 3 });
              controller.close();
            },
          }) as unknown as AsyncIterable<unknown>,
      ),
    );
    expect(one().attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 3, 'llm_otel.stream.chunks': 2 });
    expect(one().events.map(({ attributes }) => attributes?.['llm_otel.chunk.kind'])).toEqual(['reasoning', undefined]);
  });

  test("a stream of Node's", async () => {
    const stream = traceGeneration(BASE, (call) => {
      call.response(ANSWER);
      return Readable.from(['a', 'b']);
    });
    expect(await read(stream)).toEqual(['a', 'b']);
    await vi.waitFor(() => expect(one().attributes['llm_otel.stream.outcome']).toBe('completed'));
  });

  test('nothing is recorded without a provider', () => {
    trace.disable();
    metrics.disable();
    const result = {};
    const run = (call: Generation): object => {
      call.response(ANSWER);
      return result;
    };
    expect(traceGeneration(BASE, run)).toBe(result);
    expect(spans()).toEqual([]);
  });

  test('nor when it is switched off', () => {
    configure({ enabled: false });
    expect(traceGeneration(BASE, () => 1)).toBe(1);
    expect(spans()).toEqual([]);
  });
});

describe('content', () => {
  const told: GenerationOptions = {
    ...BASE,
    system: 'be kind',
    input: 'my question',
    tools: [{ type: 'function', name: 'weather', description: 'my tool' }],
  };

  test('is off by default', async () => {
    await read(traceGeneration(told, (call) => chunks(call)));
    traceGeneration(told, (call) => {
      call.response({ output: 'my answer' });
      return 'my answer';
    });
    expect(JSON.stringify(spans().map(({ attributes, events }) => [attributes, events]))).not.toMatch(/my|Hel|be kind/);
  });

  test.each([
    [
      'told',
      'my answer',
      (): unknown =>
        traceGeneration(told, (call) => {
          call.response({ finishReasons: 'tool_use', output: 'my answer' });
          return {};
        }),
    ],
    ['a text that is the result', 'my result', () => traceGeneration(told, async () => 'my result')],
    ['texts that are streamed', 'Hello', () => read(traceGeneration(told, () => chunks()))],
  ])('the answer: %s', async (_about, text, run) => {
    configure({ captureContent: 'SPAN_ONLY' });
    await run();
    const json = (name: string): unknown => JSON.parse(String(one().attributes[name])) as unknown;
    expect(json('gen_ai.system_instructions')).toEqual([{ type: 'text', content: 'be kind' }]);
    expect(json('gen_ai.input.messages')).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'my question' }] },
    ]);
    expect(json('gen_ai.tool.definitions')).toEqual([{ type: 'function', name: 'weather' }]);
    expect(json('gen_ai.output.messages')).toMatchObject([
      { role: 'assistant', parts: [{ type: 'text', content: text }] },
    ]);
  });
});

test('a function without options runs, and the call is recorded', () => {
  const traced = traceGeneration as unknown as (fn: (call: Generation) => number) => number;
  const result = traced((call) => {
    call.response(ANSWER);
    return 7;
  });
  expect(result).toBe(7);
  expect(one().attributes['gen_ai.response.id']).toBe('c-1');
});
