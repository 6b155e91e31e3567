import { expect, test } from 'vitest';
import { startTrace } from '../../src/providers/openai-agents/traces.ts';
import { Telemetry } from '../../src/telemetry/telemetry.ts';
import { configOf, tracing } from '../telemetry/in-memory.ts';

test('traces that the application never ends are not kept without end: the oldest one ends', () => {
  const { provider, spans } = tracing();
  const telemetry = new Telemetry('@x/llm-otel/openai-agents', '1.2.3', configOf());
  telemetry.setTracerProvider(provider);
  const start = (n: number) => startTrace(telemetry, { traceId: `trace_${n}`, name: `run ${n}` } as never);
  for (let n = 0; n < 10_000; n++) start(n);
  expect(spans()).toEqual([]);
  start(10_000);
  start(10_001);
  expect(spans().map(({ name }) => name)).toEqual(['invoke_workflow run 0', 'invoke_workflow run 1']);
});
