import { describe, expect, test } from 'vitest';
import { textWidth } from '../../../../src/pipeline/exporters/tree/cells/graphemes.ts';
import { TraceDrawer, type TreeOptions } from '../../../../src/pipeline/exporters/tree/draw-trace.ts';
import type { TreeSpan } from '../../../../src/pipeline/exporters/tree/spans/tree-span.ts';
import { agentTrace, CONTENT, chat, treeSpan } from './sample-spans.ts';

const PLAIN: TreeOptions = { width: 100, colors: false, ascii: false, all: false, content: true };
/** The only escape sequences of a drawing. */
const SGR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const WIDTHS = [60, 80, 92, 100, 112, 132, 152, 200];

/** The drawing of a trace without the titles. */
const drawTrace = (spans: readonly TreeSpan[], options: TreeOptions): string =>
  new TraceDrawer(() => options).draw(spans).replace(/^.*\n/, '');

const lines = (spans: readonly TreeSpan[], options: Partial<TreeOptions> = {}): string[] =>
  drawTrace(spans, { ...PLAIN, ...options })
    .split('\n')
    .slice(0, -1);

const titles = (width: number): string =>
  new TraceDrawer(() => ({ ...PLAIN, width })).draw([chat('a')]).split('\n', 1)[0] ?? '';

describe('columns', () => {
  test.each([
    [60, 'span time cost end'],
    [79, 'span time cost end'],
    [80, 'span time in out cost end'],
    [92, 'span time first in out cost end'],
    [112, 'span time first in cached out thought cost end'],
    [132, 'span timeline time first in cached out thought cost end'],
    [152, 'span timeline time first chunks in cached out thought cost end'],
  ])('of %i cells', (width, expected) => {
    expect(titles(width).replaceAll(/ +/g, ' ')).toBe(expected);
    expect(titles(width).length).toBe(width - 12 + 'end'.length);
  });

  test('stand at the same place in every block', () => {
    const drawer = new TraceDrawer(() => PLAIN);
    const short = drawer.draw([chat('a')]).split('\n')[1] ?? '';
    const long = drawer.draw([chat('b', { model: 'a-model-with-a-name-that-is-longer-than-the-column' })]);
    expect(long.split('\n')[0]?.slice(36)).toBe(short.slice(36));
  });

  test('an unknown number is empty, a number that is 0 is 0', () => {
    const [unknown = '', zero = ''] = lines([
      chat('a', { attributes: { 'gen_ai.usage.input_tokens': undefined, 'gen_ai.usage.cost': undefined } }),
      chat('b', { start: 1, attributes: { 'gen_ai.usage.input_tokens': 0, 'gen_ai.usage.cost': 0 } }),
    ]);
    expect(unknown).toMatch(/198 ms {2,}3 {2,}stop$/);
    expect(zero).toMatch(/198 ms {2,}0 {2,}3 {3}\$0\.000000 {2}stop$/);
  });

  test.each([
    [{ 'error.type': 'timeout', 'llm_otel.stream.outcome': 'cancelled' }, 'timeout'],
    [{ 'llm_otel.stream.outcome': 'cancelled' }, 'cancelled'],
    [{ 'llm_otel.stream.outcome': 'abandoned' }, 'abandoned'],
    [{ 'llm_otel.stream.outcome': 'completed', 'gen_ai.response.finish_reasons': ['stop', 'length'] }, 'stop, length'],
    [{ 'gen_ai.response.finish_reasons': [] }, '$0.000216'],
  ])('end of %j', (attributes, end) => {
    expect(lines([chat('a', { attributes })])[0]?.endsWith(` ${end}`)).toBe(true);
  });
});

test('an agent with a call that failed', () => {
  expect(`\n${drawTrace(agentTrace(), PLAIN)}`).toBe(`
● invoke_agent helper                   869 ms
├─ ● chat gpt-4o-mini                   198 ms    102 ms    1,412        3   $0.000216  tool_calls
└─ ✗ chat gpt-4o-mini                   310 ms                                          rate_limit_…
   ! rate_limit_exceeded: 429 Rate limit reached
Σ 2 model calls · 1,412 in · 3 out · $0.000216 · 1 error · 869 ms · 4bf92f35
`);
});

test('the same in ASCII', () => {
  expect(`\n${drawTrace(agentTrace(), { ...PLAIN, ascii: true, width: 132 })}`).toBe(`
* invoke_agent helper             ################    869 ms
|- * chat gpt-4o-mini             ..##                198 ms    102 ms    1,412                 3            $0.000216  tool_calls
\`- x chat gpt-4o-mini                       ######    310 ms                                                            rate_limi...
   ! rate_limit_exceeded: 429 Rate limit reached
= 2 model calls | 1,412 in | 3 out | $0.000216 | 1 error | 869 ms | 4bf92f35
`);
});

test('colours are SGR codes around the plain drawing', () => {
  const colored = drawTrace(agentTrace(), { ...PLAIN, colors: true });
  expect(colored).toContain('\x1b[32m● \x1b[0m\x1b[1mchat\x1b[0m gpt-4o-mini');
  expect(colored).toContain('\x1b[31m✗ \x1b[0m');
  expect(colored).toContain('\x1b[31mrate_limit_…\x1b[0m');
  expect(colored.replaceAll(SGR, '')).toBe(drawTrace(agentTrace(), PLAIN));
});

test('content stands under model calls', () => {
  expect(`\n${drawTrace([chat('a', { attributes: CONTENT })], { ...PLAIN, width: 60 })}`).toBe(`
● chat gpt-4o-mini          198 ms   $0.000216  stop
user │ How is the weather in Lisbon?\\nAnd is this a beach?
     │ [image/png 12.3 kB]
tool │ {"sky":"sunny","degrees":24}
think│ The user asks for Lisbon.
call │ get_weather {"city":"Lisbon"}
asst │ It is sunny. It is sunny. It is sunny. It is sunny.
     │ It is sunny. It is sunny. It is sunny. It is sunny.
     │ It is sunny. It is sunny. It is sunny. It is sunny.
     │ … +623 characters
`);
  expect(lines([chat('a', { attributes: CONTENT })], { content: false })).toHaveLength(1);
});

test.each([
  ['no JSON', '[{"role":"user","parts"'],
  ['another shape', '{"role":"user"}'],
  ['parts of any shape', '[{"role":"user","parts":[null,7,{"type":"text"},{"type":"tool_call"}]},null]'],
])('content that is %s does no harm', (_what, value) => {
  const attributes = { 'gen_ai.input.messages': value, 'gen_ai.output.messages': value };
  expect(lines([chat('a', { attributes })])[0]).toContain('chat gpt-4o-mini');
});

test('an error has two lines at most', () => {
  const spans = [chat('a', { failed: true, description: 'word '.repeat(100), attributes: { 'error.type': 'x' } })];
  const [, first, second, ...more] = lines(spans, { width: 60 });
  expect(first).toMatch(/^! x: word word/);
  expect(second).toMatch(/^ {2}word .*…$/);
  expect(more).toEqual([]);
});

describe('other spans', () => {
  const http = treeSpan({ spanId: 'http', parentSpanId: 'one' });

  test('are counted in the sum', () => {
    expect(lines([...agentTrace(), http]).at(-1)).toContain(' · 869 ms · +1 other span · 4bf92f35');
  });

  test('are counted under a single row', () => {
    expect(lines([chat('one'), http, { ...http, spanId: 'dns' }])[1]).toBe('  +2 other spans');
  });

  test('have rows on request', () => {
    expect(lines([chat('one'), http], { all: true })[1]).toMatch(/^└─ ● http +10 ms$/);
  });
});

describe('TraceDrawer', () => {
  test('draws titles once, and a total after two traces', () => {
    const drawer = new TraceDrawer(() => PLAIN);
    expect(drawer.draw(agentTrace()).startsWith('span ')).toBe(true);
    expect(drawer.drawTotal()).toBe('');
    expect(drawer.draw([treeSpan({ spanId: 'http' })])).toBe('');
    expect(drawer.drawTotal()).toBe('');
    expect(drawer.draw([chat('b')]).startsWith('● ')).toBe(true);
    expect(drawer.drawTotal()).toBe('Σ total: 3 model calls · 2,824 in · 6 out · $0.000432 · 1 error · 2 traces\n');
  });

  test('draws titles again for another width', () => {
    let width = 80;
    const drawer = new TraceDrawer(() => ({ ...PLAIN, width }));
    drawer.draw([chat('a')]);
    width = 120;
    expect(drawer.draw([chat('b')]).startsWith('span ')).toBe(true);
  });

  test('counts of an agent whose calls have spans are not counted again', () => {
    const usage = { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.cost': 1 };
    const [agent, ...calls] = agentTrace();
    const total = { ...(agent as TreeSpan), attributes: { ...agent?.attributes, ...usage } };
    expect(lines([total, ...calls]).at(-1)).toContain('2 model calls · 1,412 in · 3 out · $0.000216');
    const tool = treeSpan({
      spanId: 't',
      parentSpanId: 'agent',
      attributes: { 'gen_ai.operation.name': 'execute_tool' },
    });
    expect(lines([total, tool]).at(-1)).toBe('Σ 1,000 in · $1.00 · 869 ms · 4bf92f35');
  });
});

/** Texts that terminals obey, or that are wider or narrower than their length. */
const HOSTILE = [
  '通义千问-最大',
  '👨\u200d👩\u200d👧 family 🇵🇹 ❤\ufe0f',
  '\u202eresu\u2066\u200f',
  '\x1b[2J\x1b]8;;http://x\x07click\x9b31m',
  'a\r\nb\tc\u2028d\u0000\u007f',
  '\ud800 lone \udc00',
  'e\u0301'.repeat(40),
  'z'.padEnd(500, '\u0301'),
  'हिन्दी ภาษาไทย 한국어 العربية',
  'x'.repeat(3000),
  ' '.repeat(300),
  '',
];
const CONTROL = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;

/** One trace in which every text is `text`, `depth` levels deep. */
function hostileTrace(text: string, depth: number): TreeSpan[] {
  const content = (role: string): string =>
    JSON.stringify([
      {
        role,
        parts: [
          { type: 'text', content: text },
          { type: 'reasoning', content: text },
          { type: 'tool_call', name: text, arguments: { [text]: text } },
          { type: 'tool_call_response', response: text },
          { type: 'blob', mime_type: text, byte_length: 5 },
        ],
      },
    ]);
  return Array.from({ length: depth }, (_, i) => [
    chat(`${i}`, {
      traceId: `${text}id`,
      model: text,
      start: i,
      parentSpanId: i === 0 ? undefined : `${i - 1}`,
      failed: i % 2 === 0,
      description: text,
      attributes: {
        'error.type': i % 2 === 0 ? text || 'x' : undefined,
        'gen_ai.response.finish_reasons': [text, text],
        'gen_ai.usage.input_tokens': 10 ** i,
        'gen_ai.usage.cost': 10 ** (i - 6),
        'gen_ai.response.time_to_first_chunk': 10 ** (i - 3),
        'gen_ai.input.messages': content(text || 'user'),
        'gen_ai.output.messages': content('assistant'),
      },
    }),
    treeSpan({
      spanId: `${i}x`,
      parentSpanId: `${i}`,
      name: text,
      attributes: { 'gen_ai.operation.name': text || 'x' },
    }),
  ]).flat();
}

test.each(WIDTHS)('no line is wider than %i cells, and no control character leaves', (width) => {
  for (const text of HOSTILE)
    for (const [depth, ascii] of [
      [1, true],
      [15, false],
    ] as const) {
      const drawing = drawTrace(hostileTrace(text, depth), { width, ascii, all: true, colors: true, content: true });
      const drawn = drawing.replaceAll(SGR, '').split('\n');
      expect(drawn.filter((line) => textWidth(line) > width)).toEqual([]);
      expect(drawn.filter((line) => CONTROL.test(line) || line !== line.trimEnd())).toEqual([]);
    }
});

test('in deep trees names stay readable', () => {
  const spans = Array.from({ length: 300 }, (_, i) =>
    chat(`s${i}`, { start: i, ...(i > 0 && { parentSpanId: `s${i - 1}` }) }),
  );
  for (const width of WIDTHS)
    for (const line of lines(spans, { width }).slice(0, 300)) expect(line).toContain('● chat gpt-4o');
  expect(lines(spans)[150]).toMatch(/^… +└─ ● chat gpt-4o-mi/);
});
