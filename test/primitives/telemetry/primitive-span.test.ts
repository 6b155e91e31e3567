import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, describe, expect, test } from 'vitest';
import { shareConfig } from '../../../src/config/shared-config.ts';
import { SILENCED_KEY } from '../../../src/otel/globals.ts';
import { startPrimitiveSpan } from '../../../src/primitives/telemetry/primitive-span.ts';
import { contextWithAttributes } from '../../../src/scope/custom-attributes.ts';
import { configOf } from '../../telemetry/in-memory.ts';
import { type Recording, startRecording } from './recorded.ts';

let recording: Recording | undefined;
afterEach(() => {
  recording?.stop();
  recording = undefined;
  shareConfig(configOf());
});

describe('a span of a primitive', () => {
  test('is the parent of the spans inside', () => {
    recording = startRecording();
    const span = startPrimitiveSpan({ kind: 'route', name: 'ask' });
    span.run(() => trace.getTracer('app').startSpan('inside').end());
    span.set({ 'llm_otel.router.route': 'a' });
    span.event('llm_otel.router.attempt', { 'error.type': '503' });
    span.end();
    const made = recording.span('route ask');
    expect(made.instrumentationScope.name).toBe('@x/llm-otel/primitives');
    expect(made.attributes).toEqual({ 'llm_otel.primitive.name': 'ask', 'llm_otel.router.route': 'a' });
    expect(made.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['llm_otel.router.attempt', { 'error.type': '503' }],
    ]);
    expect(recording.span('inside').parentSpanContext?.spanId).toBe(made.spanContext().spanId);
    expect(made.status.code).toBe(SpanStatusCode.UNSET);
  });

  test('has the attributes of scopes', () => {
    recording = startRecording();
    context.with(contextWithAttributes(context.active(), { 'user.id': 'u1' }), () =>
      startPrimitiveSpan({ kind: 'cache', name: 'ask' }).end(),
    );
    expect(recording.span('cache ask').attributes).toMatchObject({ 'user.id': 'u1' });
  });

  test('fails without the message of the error', () => {
    recording = startRecording();
    startPrimitiveSpan({ kind: 'timeout', name: 'ask' }).fail(Object.assign(new Error('prompt'), { status: 503 }));
    const made = recording.span('timeout ask');
    expect(made.status).toEqual({ code: SpanStatusCode.ERROR, message: '503' });
    expect(made.attributes['error.type']).toBe('503');
    expect(JSON.stringify([made.attributes, made.events, made.status])).not.toContain('prompt');
  });

  test('ends once', () => {
    recording = startRecording();
    const span = startPrimitiveSpan({ kind: 'cache', name: 'ask' });
    span.end();
    span.fail(new Error('late'));
    expect(recording.spans()).toHaveLength(1);
    expect(recording.span('cache ask').status.code).toBe(SpanStatusCode.UNSET);
  });

  test('of a background call has a trace of its own and a link', () => {
    recording = startRecording();
    const outer = trace.getTracer('app').startSpan('outer');
    context.with(trace.setSpan(context.active(), outer), () =>
      startPrimitiveSpan({ kind: 'cache', name: 'ask', detached: true }).end(),
    );
    const made = recording.span('cache ask');
    expect(made.parentSpanContext).toBeUndefined();
    expect(made.spanContext().traceId).not.toBe(outer.spanContext().traceId);
    expect(made.links.map((link) => link.context.spanId)).toEqual([outer.spanContext().spanId]);
  });

  test('is not made in a silenced context, nor with recording switched off', () => {
    recording = startRecording();
    context.with(context.active().setValue(SILENCED_KEY, true), () =>
      startPrimitiveSpan({ kind: 'cache', name: 'ask' }).end(),
    );
    shareConfig(configOf({ enabled: false }));
    startPrimitiveSpan({ kind: 'cache', name: 'ask' }).end();
    expect(recording.spans()).toEqual([]);
  });

  test('does nothing without OpenTelemetry', () => {
    const span = startPrimitiveSpan({ kind: 'cache', name: 'ask' });
    expect(span.isRecording).toBe(false);
    span.set({ a: 1 });
    span.event('b');
    expect(span.run(() => 7)).toBe(7);
    span.fail(new Error('x'));
  });

  test('swallows errors of the tracer', () => {
    recording = startRecording();
    trace.disable();
    trace.setGlobalTracerProvider({
      getTracer: () => ({
        startSpan: () => {
          throw new Error('broken');
        },
      }),
    } as never);
    const span = startPrimitiveSpan({ kind: 'cache', name: 'ask' });
    expect(span.run(() => 7)).toBe(7);
    span.end();
  });
});
