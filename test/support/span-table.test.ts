import { expect, test } from 'vitest';
import { painter, wantsColor } from '../../examples/demo/style.ts';
import { drawSpans } from '../../examples/demo/tree.ts';
import type { ReceivedSpan } from './otlp-receiver.ts';

const span = (name: string, ms: readonly [number, number], more: Partial<ReceivedSpan> = {}): ReceivedSpan => ({
  traceId: 't',
  spanId: name,
  parentSpanId: undefined,
  name,
  kind: 2,
  startTime: BigInt(ms[0] * 1e6),
  endTime: BigInt(ms[1] * 1e6),
  attributes: {},
  events: [],
  links: [],
  status: { code: 0, message: undefined },
  droppedAttributes: 0,
  droppedEvents: 0,
  scope: { name: '', version: '' },
  resource: {},
  ...more,
});

const spans = [
  span('chat gone', [300, 400], { status: { code: 2, message: '' }, attributes: { 'error.type': 'model_not_found' } }),
  span('execute_tool weather', [100, 200], { parentSpanId: 'chat gpt', kind: 0 }),
  span('chat gpt', [0, 250], {
    attributes: {
      'gen_ai.usage.input_tokens': 1412,
      'gen_ai.usage.cost': 4e-7,
      'gen_ai.response.finish_reasons': ['tool_calls'],
    },
  }),
];

test('a line a span, children under their parents, columns aligned', () => {
  expect(drawSpans(spans, painter(false), 140)).toBe(
    [
      '  span                       timeline            time     in        cost  finish',
      '  ● chat gpt                 ██████████        250 ms  1,412  <$0.000001  tool_calls',
      '  ● └─ execute_tool weather      ████          100 ms',
      '  ✗ chat gone                            ████  100 ms                     model_not_found',
    ].join('\n'),
  );
});

test('colours change nothing but the colour', () => {
  const colored = drawSpans(spans, painter(true), 140);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
  expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(drawSpans(spans, painter(false), 140));
  expect(colored).toContain('\u001b[31mmodel_not_found');
  expect(wantsColor({ isTTY: true }, {})).toBe(true);
  expect(wantsColor({ isTTY: true }, { NO_COLOR: '1' })).toBe(false);
  expect(wantsColor({ isTTY: false }, {})).toBe(false);
});

test('no spans, no table', () => {
  expect(drawSpans([], painter(false), 80)).toMatch(/^ {2}span +time +finish$/);
});
