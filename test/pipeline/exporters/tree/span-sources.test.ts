import { expect, test } from 'vitest';
import { drawCallJson } from '../../../../src/pipeline/exporters/tree/call-json.ts';
import { fromEndedSpan } from '../../../../src/pipeline/exporters/tree/spans/ended-span.ts';
import { CONTENT, chat, treeSpan } from './sample-spans.ts';

test('a span of the SDK', () => {
  const span = fromEndedSpan({
    name: 'chat m',
    kind: 2,
    spanContext: () => ({ traceId: 't', spanId: 's' }),
    parentSpanContext: { spanId: 'p', isRemote: true },
    startTime: [1_700_000_000, 250_000_000],
    duration: [1, 500_000],
    status: { code: 2, message: 'no' },
    attributes: { a: 1 },
  });
  expect(span).toEqual({
    traceId: 't',
    spanId: 's',
    parentSpanId: 'p',
    parentIsRemote: true,
    name: 'chat m',
    kind: 2,
    startMs: 1_700_000_000_250,
    durationMs: 1000.5,
    failed: true,
    description: 'no',
    attributes: { a: 1 },
  });
});

test('a model call as JSON', () => {
  const attributes = {
    ...CONTENT,
    'gen_ai.provider.name': 'openai',
    'llm_otel.stream.outcome': 'completed',
    'llm_otel.stream.chunks': 12,
    'gen_ai.response.time_to_first_chunk': 0.1021,
  };
  const line = drawCallJson(chat('a', { attributes, failed: true, description: '\u202eno\x9b' }));
  expect(line).toMatch(/^[^\p{Cc}\u202e]*\n$/u);
  const call = JSON.parse(line);
  expect(call).toMatchObject({
    time: '2023-11-14T22:13:20.000Z',
    operation: 'chat',
    provider: 'openai',
    model: 'gpt-4o-mini',
    durationMs: 198,
    inputTokens: 1412,
    outputTokens: 3,
    cost: 0.000216,
    finishReasons: ['stop'],
    error: { type: 'error', message: '\u202eno\x9b' },
    stream: { outcome: 'completed', chunks: 12, timeToFirstChunkMs: 102.1 },
    output: [{ role: 'assistant' }],
    spanId: 'a',
  });
  expect(call.cacheReadTokens).toBeUndefined();
});

test.each(['execute_tool', 'invoke_agent', 'create_agent', 'invoke_workflow'])('%s is no model call', (operation) => {
  expect(drawCallJson(treeSpan({ spanId: 'a', attributes: { 'gen_ai.operation.name': operation } }))).toBe('');
});
