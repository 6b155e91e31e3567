import { describe, expect, test } from 'vitest';
import { arrangeSpans } from '../../../../src/pipeline/exporters/tree/rows/arrange-spans.ts';
import { chat, treeSpan } from './sample-spans.ts';

const shape = (spans: Parameters<typeof arrangeSpans>[0], all = false): string[] =>
  arrangeSpans(spans, all).rows.map(({ levels, span }) => `${levels}${levels && ' '}${span.spanId}`);

describe('rows', () => {
  const server = treeSpan({ spanId: 'server' });
  const http = treeSpan({ spanId: 'http', parentSpanId: 'one' });

  test('are LLM spans and their ancestors, children by start', () => {
    const spans = [
      chat('two', { parentSpanId: 'server', start: 20 }),
      http,
      chat('one', { parentSpanId: 'server', start: 10 }),
      server,
      treeSpan({ spanId: 'db', parentSpanId: 'server' }),
    ];
    expect(shape(spans)).toEqual(['server', 'b one', 'l two']);
    expect(arrangeSpans(spans, false).others).toBe(2);
    expect(shape(spans, true)).toEqual(['server', 'b db', 'b one', 'pl http', 'l two']);
    expect(arrangeSpans(spans, true).others).toBe(0);
  });

  test('there are none without an LLM span', () => {
    expect(arrangeSpans([server, http], true)).toEqual({ rows: [], others: 0 });
  });

  test('a span without its parent stands at the root', () => {
    expect(shape([chat('lost', { parentSpanId: 'gone', start: 5 }), chat('first')])).toEqual(['first', 'lost']);
  });

  test('a cycle is cut at its earliest span', () => {
    const spans = [
      chat('a', { parentSpanId: 'c', start: 2 }),
      chat('b', { parentSpanId: 'a', start: 1 }),
      chat('c', { parentSpanId: 'b', start: 3 }),
      chat('self', { parentSpanId: 'self', start: 4 }),
      chat('below', { parentSpanId: 'a', start: 5 }),
    ];
    expect(shape(spans)).toEqual(['b', 'l c', 'gl a', 'ggl below', 'self']);
  });

  test('the same span twice has one row', () => {
    expect(shape([chat('a'), chat('a')])).toEqual(['a']);
  });

  test('50,000 levels need no recursion', () => {
    const spans = Array.from({ length: 50_000 }, (_, i) =>
      chat(`s${i}`, { start: i, ...(i > 0 && { parentSpanId: `s${i - 1}` }) }),
    );
    expect(arrangeSpans(spans, false).rows).toHaveLength(50_000);
  });

  test('50,000 children of one span take no quadratic time', () => {
    const spans = Array.from({ length: 50_000 }, (_, i) => chat(`s${i}`, { start: i, parentSpanId: 'server' }));
    expect(arrangeSpans([server, ...spans], false).rows).toHaveLength(50_001);
  });
});
