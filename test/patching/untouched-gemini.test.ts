/** Fake SDKs of Google whose requests, answers and chunks count who reads them: see untouched.test.ts. */
import { afterEach, describe, expect, test } from 'vitest';
import { Patcher } from '../../src/patching/wrapping/patcher.ts';
import { googleGenAI } from '../../src/providers/google-genai/index.ts';
import { googleGenerativeAI } from '../../src/providers/google-generative-ai/index.ts';
import { CallRecorder } from '../../src/telemetry/call/call-recorder.ts';
import { configOf, tracing } from '../telemetry/in-memory.ts';
import { counting, readTooOften } from './counted-values.ts';

const CONFIG = {
  temperature: 0.5,
  candidateCount: 2,
  stopSequences: ['a', 'b'],
  responseModalities: ['TEXT', 'IMAGE'],
  thinkingConfig: { thinkingLevel: 'LOW' },
};

const CONTENTS = [
  { role: 'user', parts: [{ text: 'hello' }, { inlineData: { mimeType: 'image/png', data: 'aGVsbG8=' } }] },
  { role: 'model', parts: [{ functionCall: { id: 'call-1', name: 'weather', args: { city: ['Paris'] } } }] },
  {
    role: 'user',
    parts: [{ functionResponse: { name: 'weather', response: { sky: 'blue' }, parts: [{ text: 'x' }] } }],
  },
];
const SYSTEM = { parts: [{ text: 'be brief' }] };
const TOOLS = [{ functionDeclarations: [{ name: 'weather', parameters: { type: 'OBJECT' } }] }, { googleSearch: {} }];

const ANSWER = {
  responseId: 'response-1',
  modelVersion: 'gemini-2.5-flash',
  candidates: [
    { index: 1, finishReason: 'STOP', content: { role: 'model', parts: [{ text: 'hi' }] } },
    {
      index: 0,
      finishReason: 'STOP',
      content: { role: 'model', parts: [{ functionCall: { id: 'call-2', name: 'weather', args: { city: 'Rome' } } }] },
    },
  ],
  promptFeedback: { blockReason: '' },
  usageMetadata: {
    promptTokenCount: 3,
    candidatesTokenCount: 2,
    serviceTier: 'standard',
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: 3 }],
  },
};

type Counts = Map<string, number>;
type Run = (counts: Counts, patcher: Patcher | undefined) => Promise<unknown>;

/** Reads a stream to its end, as an application does. */
async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of stream) void chunk;
}

const genai: (method: string) => Run = (method) => async (counts, patcher) => {
  const answer = counting(ANSWER, counts, '$answer');
  class Models {
    async generateContentInternal(): Promise<unknown> {
      return answer;
    }
    async generateContentStreamInternal(): Promise<AsyncIterable<unknown>> {
      return (async function* () {
        yield answer;
      })();
    }
  }
  if (patcher !== undefined) expect(googleGenAI.patch({ Models }, patcher)).toBe(true);
  const models = new Models() as unknown as Record<string, (request: unknown) => Promise<unknown>>;
  const config = { ...CONFIG, systemInstruction: SYSTEM, tools: TOOLS, serviceTier: 'flex', httpOptions: {} };
  const result = await models[method]?.(counting({ model: 'gemini-2.5-flash', contents: CONTENTS, config }, counts));
  if (result !== answer) await drain(result as AsyncIterable<unknown>);
};

const generativeAI: (method: string, request: unknown) => Run = (method, request) => async (counts, patcher) => {
  const response = counting(ANSWER, counts, '$answer');
  class GenerativeModel {
    model = 'models/gemini-2.5-flash';
    async generateContent(): Promise<unknown> {
      return { response };
    }
    async generateContentStream(): Promise<unknown> {
      const stream = (async function* () {
        yield response;
      })();
      return { stream, response: Promise.resolve(response) };
    }
  }
  class ChatSession {
    model = 'models/gemini-2.5-flash';
    _history = counting([{ role: 'user', parts: [{ text: 'before' }] }], counts, '$history');
    params = { generationConfig: counting(CONFIG, counts, '$params.generationConfig') };
    async sendMessage(): Promise<unknown> {
      return { response };
    }
  }
  const classes = { GenerativeModel, ChatSession };
  if (patcher !== undefined) expect(googleGenerativeAI.patch(classes, patcher)).toBe(true);
  const object = method === 'sendMessage' ? new ChatSession() : new GenerativeModel();
  const call = (object as unknown as Record<string, (request: unknown) => Promise<unknown>>)[method];
  const result = (await call?.call(object, counting(request, counts))) as { stream?: AsyncIterable<unknown> };
  if (result.stream !== undefined) await drain(result.stream);
};

const REQUEST = { contents: CONTENTS, generationConfig: CONFIG, systemInstruction: SYSTEM, tools: TOOLS };

const CALLS: readonly (readonly [string, Run])[] = [
  ['genai generateContent', genai('generateContentInternal')],
  ['genai generateContentStream', genai('generateContentStreamInternal')],
  ['generative-ai generateContent', generativeAI('generateContent', REQUEST)],
  ['generative-ai generateContent with parts', generativeAI('generateContent', ['hello', { text: 'there' }])],
  ['generative-ai generateContentStream', generativeAI('generateContentStream', REQUEST)],
  ['generative-ai sendMessage', generativeAI('sendMessage', [{ text: 'hello' }])],
];

const { provider, spans } = tracing();
let patcher: Patcher | undefined;
afterEach(() => patcher?.unwrapAll());

describe.each(['SPAN_ONLY', 'NO_CONTENT'] as const)('with captureContent %s', (captureContent) => {
  test.each(CALLS)('%s: values are read once more than by the SDK, by plain indexes', async (_, run) => {
    const recorder = new CallRecorder('@x/llm-otel/google-genai', '1.2.3', configOf({ captureContent }));
    recorder.setTracerProvider(provider);
    patcher = new Patcher(recorder);
    const before = spans().length;
    const bare: Counts = new Map();
    await run(bare, undefined);
    const recorded: Counts = new Map();
    await run(recorded, patcher);
    expect(readTooOften(bare, recorded)).toEqual([]);
    const { attributes } = spans()[before] ?? {};
    expect(attributes).toMatchObject({
      'gen_ai.response.id': 'response-1',
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.response.finish_reasons': ['tool_calls', 'stop'],
    });
    if (captureContent === 'SPAN_ONLY')
      expect(attributes).toMatchObject({
        'gen_ai.input.messages': expect.stringContaining('hello'),
        'gen_ai.output.messages': expect.stringContaining('Rome'),
      });
  });
});
