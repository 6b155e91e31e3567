import { AlwaysOffSampler } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import type { OperationName, ResponseFacts } from '../../../src/facts/call.ts';
import { startActivity } from '../../../src/telemetry/activity/activity.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { spanOfToolCall } from '../../../src/telemetry/links/tool-call-spans.ts';
import { callReader, configOf, countingStream, metering, tracing } from '../in-memory.ts';

function setUp(sampler?: AlwaysOffSampler) {
  const { provider, spans } = tracing(sampler);
  const telemetry = new CallRecorder('@x/llm-otel/test', '1.2.3', configOf());
  telemetry.setTracerProvider(provider);
  const answer = (response: ResponseFacts, operation: OperationName = 'chat') => {
    const started = telemetry.start(callReader({}, { operation }), {}, []);
    started?.end(response);
    return started?.span.spanContext().spanId;
  };
  const run = (id: unknown): void =>
    startActivity(telemetry, () => ({
      operation: 'execute_tool',
      attributes: { 'gen_ai.tool.call.id': id as string },
    }))?.end();
  const linked = () =>
    spans()
      .at(-1)
      ?.links.map(({ context }) => context.spanId);
  return { telemetry, answer, run, linked };
}

describe('the span of a tool is linked', () => {
  test('to the model call whose answer asked for it', () => {
    const { answer, run, linked } = setUp();
    const first = answer({ toolCalls: ['call_1', 'call_2'] });
    const second = answer({ toolCalls: ['call_3'] });
    for (const [id, asking] of [
      ['call_2', first],
      ['call_1', first],
      ['call_3', second],
    ]) {
      run(id);
      expect(linked()).toEqual([asking]);
    }
  });

  test('to the streamed one too, also if that was left', () => {
    const { telemetry, run, linked } = setUp();
    const reader = callReader({ stream: () => countingStream({ facts: () => ({ toolCalls: ['streamed'] }) }) });
    const operation = telemetry.start(reader, {}, []);
    operation?.stream();
    operation?.chunk({});
    operation?.cancel();
    run('streamed');
    expect(linked()).toEqual([operation?.span.spanContext().spanId]);
  });

  test('also if the id becomes known after its start', () => {
    const { telemetry, answer, linked } = setUp();
    const asking = answer({ toolCalls: ['late'] });
    const activity = startActivity(telemetry, () => ({ operation: 'execute_tool' }));
    activity?.setToolCallId('unknown');
    activity?.setToolCallId('late');
    activity?.end();
    activity?.setToolCallId('late');
    expect(linked()).toEqual([asking]);
  });

  test('to the newest of two with the same id', () => {
    const { answer, run, linked } = setUp();
    answer({ toolCalls: ['again'] });
    const newest = answer({ toolCalls: ['again'] });
    run('again');
    expect(linked()).toEqual([newest]);
  });

  test('to the call that made a response and not to one that fetched it', () => {
    const { answer, run, linked } = setUp();
    const made = answer({ toolCalls: ['made'] });
    answer({ toolCalls: ['made'] }, 'fetch_response');
    run('made');
    expect(linked()).toEqual([made]);
    const fetched = answer({ toolCalls: ['background'] }, 'fetch_response');
    run('background');
    expect(linked()).toEqual([fetched]);
  });

  test.each(['unknown', undefined, 7])('to nothing if the id is %s', (id) => {
    const { run, linked } = setUp();
    run(id);
    expect(linked()).toEqual([]);
  });
});

test('the last 1,000 ids are remembered', () => {
  const { answer } = setUp();
  for (let i = 0; i < 1000; i++) answer({ toolCalls: [`id_${i}`] });
  expect(spanOfToolCall('id_0')).toBeDefined();
  answer({ toolCalls: ['one_more'] });
  expect([
    spanOfToolCall('id_0'),
    spanOfToolCall('id_1') === undefined,
    spanOfToolCall('one_more') === undefined,
  ]).toEqual([undefined, false, false]);
});

test('calls that are not sampled, or only measured, are no place to link to', () => {
  setUp(new AlwaysOffSampler()).answer({ toolCalls: ['unsampled'] });
  const telemetry = new CallRecorder('@x/llm-otel/test', '1.2.3', configOf());
  telemetry.setMeterProvider(metering().provider);
  telemetry.start(callReader(), {}, [])?.end({ toolCalls: ['measured'] });
  expect([spanOfToolCall('unsampled'), spanOfToolCall('measured')]).toEqual([undefined, undefined]);
});
