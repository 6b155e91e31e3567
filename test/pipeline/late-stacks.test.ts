/** The stacks of exceptions are read when a batch is written, with the SDK packages that are bundled into the build. */
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import { addLateStack } from '../../src/otel/late-stack.ts';
import { fillStacks, keepStack, readLogStacksLate, readStacksLate } from '../../src/pipeline/sdk/late-stacks.ts';

const STACK = 'exception.stacktrace';

/** An error that counts how often its stack is read. */
function watchedError(): { error: Error; reads: () => number } {
  let reads = 0;
  const error = new Error('boom');
  Object.defineProperty(error, 'stack', {
    get: () => {
      reads++;
      return 'Error: boom\n    at here';
    },
  });
  return { error, reads: () => reads };
}

function startSpan(spanLimits = {}) {
  const ended: ReadableSpan[] = [];
  const provider = new BasicTracerProvider({
    spanLimits,
    spanProcessors: [readStacksLate, { ...readStacksLate, onStart() {}, onEnd: (span) => ended.push(span) }],
  });
  return { span: provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT), ended };
}

describe('spans', () => {
  test('an exception that the application records', () => {
    const { span, ended } = startSpan();
    const { error, reads } = watchedError();
    span.recordException(Object.assign(error, { code: 'E_BOOM' }));
    span.end();
    expect(reads()).toBe(0);
    fillStacks(11)(ended);
    fillStacks(11)(ended);
    expect(reads()).toBe(1);
    expect(ended[0]?.events[0]?.attributes).toEqual({
      'exception.type': 'E_BOOM',
      'exception.message': 'boom',
      [STACK]: 'Error: boom',
    });
  });

  test('an event with a late stack, and an event after the end of the span', () => {
    const { span, ended } = startSpan();
    let reads = 0;
    const attributes = { 'exception.type': 'Error' };
    addLateStack(attributes, () => `read ${++reads}`);
    expect(span.addEvent('exception', attributes)).toBe(span);
    span.addEvent('other', { a: 1 }).addEvent('timed', 5);
    span.end();
    span.addEvent('exception', attributes);
    expect(reads).toBe(0);
    fillStacks(Number.POSITIVE_INFINITY)(ended);
    expect(ended[0]?.events.map((event) => event.attributes?.[STACK])).toEqual(['read 1', undefined, undefined]);
  });

  test.each([{ eventCountLimit: 0 }, { attributePerEventCountLimit: 2 }])('the limits %o', (limits) => {
    const { span, ended } = startSpan(limits);
    span.recordException(watchedError().error);
    span.end();
    fillStacks(100)(ended);
    expect(ended[0]?.events.filter((event) => event.attributes?.[STACK] !== undefined)).toEqual([]);
  });

  test.each([['a string'], [{ message: 'no stack' }], [new Proxy(new Error('x'), {})]])('records %s', (exception) => {
    const { span, ended } = startSpan();
    span.recordException(exception as Error);
    span.end();
    fillStacks(100)(ended);
    expect(ended[0]?.events[0]?.attributes).toHaveProperty('exception.message');
  });

  test('a stack that cannot be read is left out', () => {
    const { span, ended } = startSpan();
    const error = Object.defineProperty(new Error('boom'), 'stack', {
      get: () => {
        throw new Error('no stack for you');
      },
    });
    span.recordException(error);
    span.end();
    fillStacks(100)(ended);
    expect(ended[0]?.events[0]?.attributes).toEqual({ 'exception.type': 'Error', 'exception.message': 'boom' });
  });
});

test('log records', () => {
  const records: ReadableLogRecord[] = [];
  const onEmit = (record: ReadableLogRecord): void => {
    keepStack(record);
    records.push(record);
  };
  const provider = new LoggerProvider({
    processors: [{ onEmit, forceFlush: async () => {}, shutdown: async () => {} }],
  });
  readLogStacksLate(provider);
  const { error, reads } = watchedError();
  const attributes = { 'exception.type': 'Error' };
  addLateStack(attributes, () => 'late');
  provider.getLogger('l').emit({ attributes });
  provider.getLogger('l').emit({ exception: error });
  provider.getLogger('l').emit({ body: 'plain' });
  expect(reads()).toBe(0);
  fillStacks(11)(records);
  expect(records.map((record) => record.attributes[STACK])).toEqual(['late', 'Error: boom', undefined]);
});
