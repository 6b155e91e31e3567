import { createContextKey, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { LinkedContext } from '../../src/otel/linked-context.ts';
import { tracing } from '../telemetry/in-memory.ts';

const KEY = createContextKey('linked');
const OTHER = createContextKey('other');

function setUp() {
  const span = tracing().provider.getTracer('test').startSpan('linked');
  const value = { held: true };
  return { span, value, linked: new LinkedContext(ROOT_CONTEXT.setValue(OTHER, 'below'), span, KEY, value) };
}

test('has its span, its value and what its parent has', () => {
  const { span, value, linked } = setUp();
  expect([trace.getSpan(linked), linked.getValue(KEY), linked.getValue(OTHER)]).toEqual([span, value, 'below']);
});

test('gives them to contexts that are made of it', () => {
  const { span, value, linked } = setUp();
  const more = linked.setValue(OTHER, 'above');
  expect([trace.getSpan(more), more.getValue(KEY), more.getValue(OTHER)]).toEqual([span, value, 'above']);
  const less = linked.deleteValue(KEY);
  expect([trace.getSpan(less), less.getValue(KEY), less.getValue(OTHER)]).toEqual([span, undefined, 'below']);
});

test('holds neither span nor value once it is released: what is left is the place in the trace', () => {
  const { span, linked } = setUp();
  linked.release();
  const left = trace.getSpan(linked);
  expect(left).not.toBe(span);
  expect(left?.isRecording()).toBe(false);
  expect(left?.spanContext()).toEqual(span.spanContext());
  expect(linked.getValue(KEY)).toBeUndefined();
  expect(linked.setValue(OTHER, 1).getValue(KEY)).toBeUndefined();
  expect(linked.getValue(OTHER)).toBe('below');
});
