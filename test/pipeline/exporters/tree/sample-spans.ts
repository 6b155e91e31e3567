/** Spans of the tests of the tree, written by hand. */
import type { TreeSpan } from '../../../../src/pipeline/exporters/tree/spans/tree-span.ts';

/** A span; what is not said is that of a quick root. */
export function treeSpan(fields: Partial<TreeSpan> & { readonly spanId: string }): TreeSpan {
  return {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    name: fields.spanId,
    kind: 0,
    startMs: 1_700_000_000_000,
    durationMs: 10,
    failed: false,
    attributes: {},
    ...fields,
  };
}

/** A model call; `start` in milliseconds from the first. */
export function chat(
  spanId: string,
  {
    start = 0,
    attributes = {},
    model = 'gpt-4o-mini',
    ...rest
  }: Partial<TreeSpan> & { start?: number; model?: string } = {},
): TreeSpan {
  return treeSpan({
    spanId,
    name: `chat ${model}`,
    kind: 2,
    startMs: 1_700_000_000_000 + start,
    durationMs: 198,
    ...rest,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': model,
      'gen_ai.usage.input_tokens': 1412,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cost': 0.000216,
      'gen_ai.response.finish_reasons': ['stop'],
      ...attributes,
    },
  });
}

/** An agent with two calls, of which the second fails. */
export function agentTrace(): TreeSpan[] {
  return [
    treeSpan({
      spanId: 'agent',
      name: 'invoke_agent helper',
      durationMs: 869,
      attributes: { 'gen_ai.operation.name': 'invoke_agent' },
    }),
    chat('one', {
      start: 10,
      parentSpanId: 'agent',
      attributes: {
        'gen_ai.response.time_to_first_chunk': 0.102,
        'llm_otel.stream.chunks': 12,
        'gen_ai.response.finish_reasons': ['tool_calls'],
      },
    }),
    chat('two', {
      start: 550,
      durationMs: 310,
      parentSpanId: 'agent',
      failed: true,
      description: '429 Rate limit reached',
      attributes: {
        'error.type': 'rate_limit_exceeded',
        'gen_ai.usage.input_tokens': undefined,
        'gen_ai.usage.output_tokens': undefined,
        'gen_ai.usage.cost': undefined,
        'gen_ai.response.finish_reasons': undefined,
      },
    }),
  ];
}

/** Captured content of a call that reads a tool result. */
export const CONTENT = {
  'gen_ai.input.messages': JSON.stringify([
    { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
    {
      role: 'user',
      parts: [
        { type: 'text', content: 'How is the weather in Lisbon?\nAnd is this a beach?' },
        { type: 'blob', mime_type: 'image/png', modality: 'image', byte_length: 12_300, content: '' },
      ],
    },
    { role: 'assistant', parts: [{ type: 'tool_call', name: 'get_weather', arguments: { city: 'Porto' } }] },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: { sky: 'sunny', degrees: 24 } }] },
  ]),
  'gen_ai.output.messages': JSON.stringify([
    {
      role: 'assistant',
      finish_reason: 'tool_calls',
      parts: [
        { type: 'reasoning', content: 'The user asks for Lisbon.' },
        { type: 'tool_call', name: 'get_weather', arguments: { city: 'Lisbon' } },
        { type: 'text', content: 'It is sunny. '.repeat(60).trim() },
      ],
    },
  ]),
} as const;
