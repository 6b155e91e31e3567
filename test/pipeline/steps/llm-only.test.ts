import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test, vi } from 'vitest';
import { run } from './run-steps.ts';
import '../support/parts.ts';

vi.mock(import('../../../src/pipeline/load.ts'), () => import('../support/load.ts'));

const LLM = { 'gen_ai.operation.name': 'chat' };

/** A span of which the filter reads ids and attributes. */
function span(id: string, parent?: string, attributes: Attributes = {}, isRemote = false, trace = 't1'): ReadableSpan {
  const context = (spanId: string) => ({ traceId: trace, spanId, traceFlags: 1, isRemote });
  return {
    name: id,
    kind: 0,
    status: { code: 0 },
    attributes,
    events: [],
    links: [],
    resource: { attributes: {} },
    spanContext: () => context(id),
    ...(parent === undefined ? {} : { parentSpanContext: context(parent) }),
  } as unknown as ReadableSpan;
}

const namesLeft = (spans: readonly ReadableSpan[]): string[] =>
  run([{ filter: { llm_only: true } }], spans).left.map(({ name }) => name);

test('LLM spans and the spans around them stay, in the order in which spans end', () => {
  const spans = [
    span('db', 'handler'),
    span('call', 'step', LLM),
    span('early', 'handler'),
    span('step', 'handler'),
    span('handler', 'root'),
    span('root'),
    span('other root'),
  ];
  expect(namesLeft(spans)).toEqual(['call', 'step', 'handler', 'root']);
});

test('a span of the same id in another trace, and a parent in another process, do not count', () => {
  expect(namesLeft([span('call', 'p', LLM), span('p', undefined, {}, false, 't2')])).toEqual(['call']);
  expect(namesLeft([span('call', 'p', LLM, true), span('p')])).toEqual(['call']);
});

test('a parent that ends before its LLM span is dropped', () => {
  expect(namesLeft([span('p'), span('call', 'p', LLM)])).toEqual(['call']);
});

test('memory is bounded: the oldest of very many parents is forgotten', () => {
  const calls = Array.from({ length: 10_001 }, (_, i) => span(`call ${i}`, `p${i}`, LLM));
  const left = namesLeft([...calls, span('p0'), span('p1')]);
  expect(left.slice(-1)).toEqual(['p1']);
  expect(left).toHaveLength(10_002);
});

test('an earlier step may remove the attribute', () => {
  const steps = [{ attributes: { drop: '*' } }, { filter: { llm_only: true } }];
  expect(run(steps, [span('call', 'p', LLM), span('p'), span('q')]).left.map(({ name }) => name)).toEqual([
    'call',
    'p',
  ]);
});
