import Anthropic, * as anthropicSdk from '@anthropic-ai/sdk';
import * as genaiSdk from '@google/genai';
import OpenAI, * as openaiSdk from 'openai';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EstimateTokensHook, UncountedCall } from '../../../src/index.ts';
import { type Capture, type LlmOtelOptions, startCapture } from '../../../src/testing/index.ts';
import { type ProviderServer, startProviderServer } from '../../support/provider-server.ts';

/** Token counts that nobody sent, through the SDKs. */
let server: ProviderServer;
let capture: Capture | undefined;
let asked: UncountedCall[];
let said: string[];

beforeAll(async () => {
  server = await startProviderServer();
});
beforeEach(() => {
  asked = [];
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  capture?.stop();
  vi.restoreAllMocks();
});
afterAll(() => server.close());

function start(hook: EstimateTokensHook, options: LlmOtelOptions = {}): Capture {
  const estimateTokens: EstimateTokensHook = (call) => {
    asked.push(call);
    return hook(call);
  };
  capture = startCapture({ streamUsage: 'off', ...options, estimateTokens });
  for (const sdk of [openaiSdk, anthropicSdk, genaiSdk]) capture.patch(sdk);
  return capture;
}

const letters: EstimateTokensHook = ({ input, output }) => ({ input: input.length, output: output.length });
const client = (): OpenAI => new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });
const messages = [{ role: 'user' as const, content: 'Why is the sea blue?' }];
const chat = { model: 'gpt-4o-mini', messages };
const stream = { ...chat, stream: true } as const;

async function textOf(chunks: AsyncIterable<unknown>, most = Number.POSITIVE_INFINITY): Promise<string> {
  let text = '';
  let count = 0;
  for await (const chunk of chunks as AsyncIterable<{ choices: { delta: { content?: string } }[] }>) {
    text += chunk.choices[0]?.delta.content ?? '';
    if (++count >= most) break;
  }
  return text;
}

describe('a call without counts', () => {
  test('causes no hint about missing counts', async () => {
    start(letters, { streamUsage: undefined } as unknown as LlmOtelOptions);
    await textOf(await client().chat.completions.create(stream));
    expect(said).toEqual([]);
  });

  test('a stream', async () => {
    const memory = start(letters);
    const output = await textOf(await client().chat.completions.create(stream));
    expect(asked).toEqual([
      {
        provider: 'openai',
        model: 'gpt-4o-mini-2024-07-18',
        operation: 'chat',
        input: 'Why is the sea blue?',
        output,
      },
    ]);
    expect(memory.llmCalls()).toMatchObject([
      {
        inputTokens: 20,
        outputTokens: output.length,
        usageEstimated: true,
        attributes: { 'llm_otel.usage.estimated': true },
      },
    ]);
    expect(memory.llmCalls()[0]).not.toHaveProperty('cost');
    const points = (name: string) => memory.metrics().find((metric) => metric.name === name)?.points;
    expect(points('gen_ai.client.inference.usage.input_tokens')).toMatchObject([
      { sum: 20, attributes: { 'llm_otel.usage.estimated': true } },
    ]);
    expect(points('gen_ai.client.inference.operation.output_tokens')).toMatchObject([
      { sum: output.length, attributes: { 'llm_otel.usage.estimated': true } },
    ]);
    expect(points('gen_ai.client.inference.duration')?.[0]?.attributes).not.toHaveProperty('llm_otel.usage.estimated');
  });

  test('nothing of what was said is recorded', async () => {
    const memory = start(letters);
    await textOf(await client().chat.completions.create(stream));
    expect(JSON.stringify([memory.spans(), memory.events()])).not.toMatch(/the sea|blue/i);
  });

  test('a stream that is left early: what came of it', async () => {
    const memory = start(letters);
    const output = await textOf(await client().chat.completions.create(stream), 4);
    expect(output).not.toBe('');
    expect(memory.llmCalls()).toMatchObject([{ outputTokens: output.length, stream: { outcome: 'cancelled' } }]);
  });

  test('a stream that breaks off', async () => {
    const memory = start(letters);
    await textOf(await client().chat.completions.create({ ...stream, model: '{error,after=5}gpt-4o' })).catch(() => {});
    expect(memory.llmCalls()).toMatchObject([{ inputTokens: 20, usageEstimated: true, stream: { outcome: 'failed' } }]);
  });

  test('an answer in one piece', async () => {
    const memory = start(letters);
    const answer = await client().chat.completions.create({ ...chat, model: '{nousage}gpt-4o-mini' });
    expect(memory.llmCalls()).toMatchObject([
      { outputTokens: answer.choices[0]?.message.content?.length, usageEstimated: true },
    ]);
  });

  test('long texts come whole, and what is recorded of them stays within its budget', async () => {
    const long = 'sea '.repeat(1000);
    const memory = start(letters, { captureContent: 'SPAN_ONLY', contentMaxPartBytes: 64 });
    await textOf(
      await client().chat.completions.create({ ...stream, model: `{say=${encodeURIComponent(long)}}gpt-4o-mini` }),
    );
    expect(asked[0]?.output).toBe(long);
    expect(memory.llmCalls()[0]?.output?.[0]?.parts[0]).toMatchObject({ truncated: true, original_bytes: long.length });
  });

  test('instructions, tools, their calls and their results are text; media are not', async () => {
    start(letters);
    const tools = [
      {
        type: 'function' as const,
        function: { name: 'weather', description: 'The weather', parameters: { type: 'object' } },
      },
    ];
    await client().chat.completions.create({
      model: '{nousage}gpt-4o-mini',
      tools,
      messages: [
        { role: 'system', content: 'Be short.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          ],
        },
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'weather', arguments: '{"sea":1}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'sunny' },
        { role: 'user', content: 'And now?' },
      ],
    });
    expect(asked[0]?.input.split('\n')).toEqual([
      'weather',
      'The weather',
      '{"type":"object"}',
      'Be short.',
      'What is this?',
      'weather',
      '{"sea":1}',
      'sunny',
      'And now?',
    ]);
    expect(asked[0]?.output).toBe('weather\n{}');
  });

  test('of other SDKs', async () => {
    const memory = start(letters);
    const claude = new Anthropic({ apiKey: 'none', baseURL: server.url, maxRetries: 0 });
    await claude.messages.create({ model: '{nousage}claude-sonnet', max_tokens: 9, system: 'Be short.', messages });
    const gemini = new genaiSdk.GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: server.url } });
    await gemini.models.generateContent({ model: '{nousage}gemini-flash', contents: 'Why?' });
    for (const call of memory.llmCalls()) {
      const counted = asked.find(({ provider }) => provider === call.provider);
      if (counted !== undefined)
        expect(call).toMatchObject({ inputTokens: counted.input.length, usageEstimated: true });
    }
    expect(asked.map(({ provider, input }) => [provider, input])).toEqual([
      ['anthropic', 'Be short.\nWhy is the sea blue?'],
      ['gcp.gemini', 'Why?'],
    ]);
  });
});

/** Calls that the hook does not see. */
const UNASKED: readonly (readonly [about: string, run: (client: OpenAI) => Promise<unknown>])[] = [
  ['one with counts', (c) => c.chat.completions.create(chat)],
  [
    'a stream with counts',
    async (c) => textOf(await c.chat.completions.create({ ...stream, stream_options: { include_usage: true } })),
  ],
  ['one that is refused', (c) => c.chat.completions.create({ ...chat, model: '{status=400}gpt-4o' }).catch(() => {})],
  [
    'a stream left before it began',
    async (c) => {
      const chunks = await c.chat.completions.create(stream);
      chunks.controller.abort();
      await textOf(chunks);
    },
  ],
  ['a raw response', async (c) => (await c.chat.completions.create(stream).asResponse()).text()],
  ['what is no inference', (c) => c.moderations.create({ input: 'sea' })],
];

test.each(UNASKED)('not asked: %s', async (_, run) => {
  const memory = start(letters);
  await run(client());
  expect(asked).toEqual([]);
  expect(memory.spans()).toHaveLength(1);
  expect(memory.spans()[0]?.attributes).not.toHaveProperty('llm_otel.usage.estimated');
});

const boom = (): never => {
  throw new TypeError('sea');
};

type Result = ReturnType<EstimateTokensHook>;
const ODD: readonly (readonly [about: string, hook: () => unknown, seen: object, warning?: string])[] = [
  ['nothing', () => undefined, {}],
  ['null', () => null, {}],
  ['the output alone', () => ({ output: 7 }), { 'gen_ai.usage.output_tokens': 7, 'llm_otel.usage.estimated': true }],
  ['no count', () => ({}), {}],
  ['zero', () => ({ input: 0 }), { 'gen_ai.usage.input_tokens': 0, 'llm_otel.usage.estimated': true }],
  ['a fraction', () => ({ input: 1.5, output: 1 }), {}, 'expected { input, output } with whole numbers'],
  ['less than nothing', () => ({ input: -1 }), {}, 'expected { input, output } with whole numbers'],
  ['a number', () => 7, {}],
  ['a promise', () => Promise.reject(new Error('sea')), {}, 'the hook returned a promise'],
  ['an error', boom, {}, 'the hook threw (TypeError)'],
];

test.each(ODD.map((row) => [row[0], row] as const))('a hook that gives %s', async (_, row) => {
  const [, hook, seen, warning] = row;
  const memory = start(hook as () => Result);
  await textOf(await client().chat.completions.create(stream));
  const usage = Object.entries(memory.spans()[0]?.attributes ?? {}).filter(([name]) => name.includes('usage'));
  expect(Object.fromEntries(usage)).toEqual(seen);
  // Each is said once in a process.
  if (warning !== undefined) expect(WARNED.has(warning) || said.join('').includes(warning)).toBe(true);
  else expect(said).toEqual([]);
  WARNED.add(warning ?? '');
  expect(said.join('')).not.toContain('sea');
});
const WARNED = new Set<string>();
