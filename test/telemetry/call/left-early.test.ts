/** A stream that was left early: its counts are lower bounds, so no cost is recorded, neither on the span nor in the metrics. */
import { describe, expect, test } from 'vitest';
import { callWith } from '../../../src/otel/globals.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import type { Operation } from '../../../src/telemetry/call/operation.ts';
import { contextManager } from '../context-manager.ts';
import { callReader, configOf, countingStream, metering, tracing } from '../in-memory.ts';

contextManager();

const usage = { input: 1000, output: 7 };
const stream = () => countingStream({ facts: () => ({ model: 'gpt-4o', finishReasons: ['error'], usage }) });
const reader = callReader({ stream }, { provider: 'openai', model: 'gpt-4o' });
/** A call whose own answer has no counts. */
const outerReader = callReader({ stream: () => countingStream() }, { provider: 'openai', model: 'gpt-4o' });

function setUp() {
  const { provider, spans } = tracing();
  const metrics = metering();
  const telemetry = new CallRecorder('@x/llm-otel/test', '0', configOf({}));
  telemetry.setTracerProvider(provider);
  telemetry.setMeterProvider(metrics.provider);
  return { telemetry, spans, metrics };
}

const begin = (telemetry: CallRecorder, read = reader): Operation => {
  const operation = telemetry.start(read, {}, [{}]);
  if (operation === undefined) throw new Error('not recorded');
  operation.stream();
  operation.chunk({});
  return operation;
};

const ENDS: readonly (readonly [name: string, end: (operation: Operation) => void, costs: boolean])[] = [
  ['complete', (operation) => operation.complete(), true],
  ['cancel', (operation) => operation.cancel(), false],
  ['abandon', (operation) => operation.abandon(), false],
];

describe.each(ENDS)('%s', (_, end, costs) => {
  test('alone', async () => {
    const { telemetry, spans, metrics } = setUp();
    end(begin(telemetry));
    const attributes = spans()[0]?.attributes;
    expect(attributes?.['gen_ai.usage.input_tokens']).toBe(1000);
    expect(attributes?.['gen_ai.usage.output_tokens']).toBe(7);
    expect('gen_ai.usage.cost' in (attributes ?? {})).toBe(costs);
    expect((await metrics.collect()).has('gen_ai.usage.cost')).toBe(costs);
  });

  test('inside a call that comes to its end', () => {
    const { telemetry, spans } = setUp();
    const outer = begin(telemetry, outerReader);
    callWith(outer.context, () => end(begin(telemetry)), undefined, []);
    outer.complete();
    expect(spans()).toHaveLength(1);
    expect(spans()[0]?.attributes['gen_ai.usage.input_tokens']).toBe(1000);
    expect('gen_ai.usage.cost' in (spans()[0]?.attributes ?? {})).toBe(costs);
  });

  test('outside of a call that has come to its end', () => {
    const { telemetry, spans } = setUp();
    const outer = begin(telemetry, outerReader);
    callWith(outer.context, () => begin(telemetry).complete(), undefined, []);
    end(outer);
    expect('gen_ai.usage.cost' in (spans()[0]?.attributes ?? {})).toBe(costs);
  });
});
