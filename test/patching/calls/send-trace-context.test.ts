import { channel } from 'node:diagnostics_channel';
import { context, propagation, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OPERATION_KEY } from '../../../src/otel/globals.ts';
import { sendTraceContext } from '../../../src/patching/calls/send-trace-context.ts';
import { world } from '../../manual/world.ts';

world();
sendTraceContext();
beforeEach(() => {
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
});
afterEach(() => propagation.disable());

/** A request of undici: names and values in turns. */
class UndiciRequest {
  headers: string[];
  constructor(headers: string[]) {
    this.headers = headers;
  }
  addHeader(name: string, value: string): void {
    this.headers.push(name, value);
  }
}

/** Runs `run` inside a recorded call with baggage; returns the id of the span of the call. */
function inCall(run: () => void): string {
  const span = trace.getTracer('app').startSpan('call');
  const baggage = propagation.createBaggage({ team: { value: 'ml' } });
  const inside = propagation.setBaggage(trace.setSpan(context.active(), span), baggage);
  context.with(inside.setValue(OPERATION_KEY, { span, ended: false }), run);
  return span.spanContext().spanId;
}

function made(headers: string[], later?: (request: UndiciRequest) => void) {
  const request = new UndiciRequest(headers);
  const spanId = inCall(() => {
    channel('undici:request:create').publish({ request });
    later?.(request);
  });
  return { headers: request.headers, spanId };
}

const OTHER = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

test('a request of a recorded call carries the trace context and the baggage', () => {
  const { headers, spanId } = made(['accept', '*/*']);
  expect(headers).toEqual(['accept', '*/*', 'baggage', 'team=ml', 'traceparent', expect.stringContaining(spanId)]);
});

test('baggage that the application sends stays alone', () => {
  const { headers } = made(['Baggage', 'app=1']);
  expect(headers.filter((text) => /^baggage$/i.test(text))).toEqual(['Baggage']);
  expect(headers).toContain('traceparent');
});

test('a request with a trace context stays as it is', () => {
  expect(made(['traceparent', OTHER]).headers).toEqual(['traceparent', OTHER]);
});

test('a value that looks like a trace header is no trace header', () => {
  expect(made(['x-note', 'traceparent']).headers).toContain('baggage');
});

test('an instrumentation of HTTP that comes later has the one traceparent', () => {
  const { headers } = made([], (request) => request.addHeader('traceparent', OTHER));
  expect(headers.filter((text) => text === 'traceparent')).toHaveLength(1);
  expect(headers).toContain(OTHER);
});
