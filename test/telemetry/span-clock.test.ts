import { hrTimeToMicroseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import { activeContext, contextWithSpan } from '../../src/otel/globals.ts';
import { startActivity } from '../../src/telemetry/activity/activity.ts';
import { CallRecorder } from '../../src/telemetry/call/call-recorder.ts';
import { callReader, configOf, tracing } from './in-memory.ts';

const burn = (milliseconds: number): void => {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
};

/** How many of `spans` start before their parent, or end more than `lateUs` microseconds after their parent. */
function outside(spans: readonly ReadableSpan[], lateUs = 0): number {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  return spans.filter((span) => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    if (parent === undefined) return false;
    const early = hrTimeToMicroseconds(span.startTime) < hrTimeToMicroseconds(parent.startTime);
    return early || hrTimeToMicroseconds(span.endTime) > hrTimeToMicroseconds(parent.endTime) + lateUs;
  }).length;
}

test.each(['agent', 'application'] as const)('no span of ours leaves its parent, a span of the %s', (kind) => {
  const { provider, spans } = tracing();
  const telemetry = new CallRecorder('@x/llm-otel/test', '0', configOf({}));
  telemetry.setTracerProvider(provider);
  for (let i = 0; i < 60; i++) {
    burn(0.37);
    const outer = provider.getTracer('application').startSpan('outer');
    const root = kind === 'application' ? contextWithSpan(activeContext(), outer) : activeContext();
    burn(0.23);
    const agent = startActivity(telemetry, () => ({ operation: 'invoke_agent' }), root);
    burn(0.41);
    const tool = startActivity(telemetry, () => ({ operation: 'execute_tool' }), agent?.context);
    tool?.end();
    agent?.end();
    outer.end();
  }
  expect(spans()).toHaveLength(180);
  expect(outside(spans())).toBe(0);
});

test('a span of the application inside ours stays inside', () => {
  const { provider, spans } = tracing();
  const telemetry = new CallRecorder('@x/llm-otel/test', '0', configOf({}));
  telemetry.setTracerProvider(provider);
  for (let i = 0; i < 60; i++) {
    burn(0.37);
    const call = telemetry.start(callReader(), undefined, []);
    const inner = provider.getTracer('http').startSpan('POST', {}, call?.context);
    burn(0.41);
    inner.end();
    call?.end({});
  }
  expect(spans()).toHaveLength(120);
  // The SDK adds a duration to the wall clock, which the system adjusts meanwhile: the two clocks part by microseconds.
  expect(outside(spans(), 1000)).toBe(0);
});
