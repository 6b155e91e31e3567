/** LLM spans, written by hand, as the SDK has spans that have ended. */
import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';

/** An ended span with these attributes; content may be a structure. */
export function endedSpan(
  attributes: Readonly<Record<string, unknown>>,
  rest: Partial<ReadableSpan> = {},
): ReadableSpan {
  return {
    name: 'span',
    kind: 2,
    startTime: [1_790_000_000, 250_000_000],
    endTime: [1_790_000_001, 0],
    duration: [0, 750_000_000],
    status: { code: 0 },
    attributes: attributes as Attributes,
    links: [],
    events: [],
    ended: true,
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    instrumentationScope: { name: '@x/llm-otel/openai' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    spanContext: () => ({ traceId: `${'0'.repeat(31)}1`, spanId: `${'0'.repeat(15)}1`, traceFlags: 1 }),
    ...rest,
  } as ReadableSpan;
}

const INPUT = [
  {
    role: 'user',
    parts: [
      { type: 'text', content: 'What is on the picture?' },
      { type: 'uri', modality: 'image', mime_type: 'image/png', uri: 'https://img.example/cat.png' },
      { type: 'blob', modality: 'image', mime_type: 'image/jpeg', byte_length: 12_300 },
    ],
  },
  { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'look', arguments: { zoom: 2 } }] },
  {
    role: 'user',
    parts: [
      { type: 'tool_call_response', id: 'c1', response: 'a cat' },
      { type: 'tool_call_response', id: 'c2', response: { dogs: 0 } },
    ],
  },
];
const OUTPUT = [
  {
    role: 'assistant',
    parts: [
      { type: 'reasoning', content: 'Cats have whiskers.' },
      { type: 'text', content: 'A cat.' },
      { type: 'tool_call', id: 'c3', name: 'feed', arguments: '{"fish":1}' },
    ],
    finish_reason: 'tool_calls',
  },
];
const TOOLS = [
  { type: 'function', name: 'look', description: 'Looks.', parameters: { type: 'object' } },
  { type: 'function', name: 'feed' },
];

/** A streamed chat with tools, an image, cached tokens, reasoning, a cost, a conversation, a user and a prompt. */
export const CHAT = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'gcp.gemini',
  'gen_ai.request.model': 'gemini-4',
  'gen_ai.response.model': 'gemini-4-001',
  'gen_ai.request.temperature': 0.5,
  'gen_ai.request.stream': true,
  'gen_ai.request.stop_sequences': ['END'],
  'gen_ai.response.finish_reasons': ['tool_calls'],
  'gen_ai.response.time_to_first_chunk': 0.125,
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 300,
  'gen_ai.usage.cache_read.input_tokens': 600,
  'gen_ai.usage.cache_write.input_tokens': 100,
  'gen_ai.usage.reasoning.output_tokens': 50,
  'gen_ai.usage.audio.input_tokens': 7,
  'gen_ai.usage.cost': 0.03,
  'gen_ai.usage.cost.input': 0.01,
  'gen_ai.usage.cost.output': 0.02,
  'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: 'Be short.' }]),
  'gen_ai.input.messages': JSON.stringify(INPUT),
  'gen_ai.output.messages': JSON.stringify(OUTPUT),
  'gen_ai.tool.definitions': JSON.stringify(TOOLS),
  'gen_ai.conversation.id': 'conv-1',
  'user.id': 'ann',
  'gen_ai.prompt.name': 'cats',
  'gen_ai.prompt.version': '3',
  'openai.response.service_tier': 'default',
  team: 'ml',
} as const;

/** The same content as structured values. */
export const STRUCTURED_CHAT = {
  ...CHAT,
  'gen_ai.system_instructions': [{ type: 'text', content: 'Be short.' }],
  'gen_ai.input.messages': INPUT,
  'gen_ai.output.messages': OUTPUT,
  'gen_ai.tool.definitions': TOOLS,
};

export const EMBEDDINGS = {
  'gen_ai.operation.name': 'embeddings',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'text-embedding-3-small',
  'gen_ai.request.encoding_formats': ['base64'],
  'gen_ai.usage.input_tokens': 9,
};

export const TOOL = {
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': 'look',
  'gen_ai.tool.call.id': 'c1',
  'gen_ai.tool.call.arguments': '{"zoom":2}',
  'gen_ai.tool.call.result': 'a cat',
};

export const AGENT = {
  'gen_ai.operation.name': 'invoke_agent',
  'gen_ai.agent.name': 'helper',
  'gen_ai.conversation.id': 'conv-1',
  'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'Help me.' }] }]),
  'gen_ai.output.messages': JSON.stringify([
    { role: 'assistant', parts: [{ type: 'text', content: 'Done.' }], finish_reason: 'stop' },
  ]),
};

/** A chat that failed, without content. */
export const FAILED = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'x_ai',
  'gen_ai.request.model': 'grok-5',
  'error.type': 'rate_limit_exceeded',
};
