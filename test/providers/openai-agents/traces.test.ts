import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { describe, expect, test } from 'vitest';
import type { LlmOtelOptions } from '../../../src/config/options.ts';
import { activeContext, contextWithSpan, spanOf } from '../../../src/otel/globals.ts';
import { type AgentsSpan, type AgentsTrace, errorOf } from '../../../src/providers/openai-agents/span-facts.ts';
import { StoreContext } from '../../../src/providers/openai-agents/store-context.ts';
import {
  endSpan,
  endTrace,
  isOpen,
  setToolCallId,
  startSpan,
  startTrace,
  storePlaceOf,
} from '../../../src/providers/openai-agents/traces.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { configOf, tracing } from '../../telemetry/in-memory.ts';

function setUp(options: LlmOtelOptions = {}) {
  const { provider, spans } = tracing();
  const telemetry = new CallRecorder('@x/llm-otel/openai-agents', '1.2.3', configOf(options));
  telemetry.setTracerProvider(provider);
  const parents = (): Record<string, string | undefined> => {
    const nameOf = new Map(spans().map((span) => [span.spanContext().spanId, span.name]));
    return Object.fromEntries(spans().map((s) => [s.name, nameOf.get(s.parentSpanContext?.spanId ?? '')]));
  };
  const named = (name: string): ReadableSpan => {
    const span = spans().find((s) => s.name === name);
    if (span === undefined) throw new Error(`no span ${name}`);
    return span;
  };
  return { provider, telemetry, spans, parents, named };
}

let traces = 0;

function traceOf(name: unknown = 'run', groupId: unknown = null): AgentsTrace {
  return { traceId: `trace_of_test_${traces++}`, name, groupId };
}

function spanIn({ traceId }: AgentsTrace, spanId: string, parentId: string | null, spanData: object): AgentsSpan {
  return { spanId, traceId, parentId, spanData, startedAt: null, endedAt: null, error: null };
}

describe('traces and spans of the framework', () => {
  test('become a workflow, agents and tools, with what is none of ours left out between them', () => {
    const { telemetry, parents, named } = setUp();
    const trace = traceOf('support', 'thread-1');
    const agent = spanIn(trace, 'a', null, { type: 'agent', name: 'triage' });
    const turn = spanIn(trace, 't', 'a', { type: 'generation' });
    const tool = spanIn(trace, 'f', 't', { type: 'function', name: 'look_up', input: '{"q":1}', output: 'found' });
    const remote = spanIn(trace, 'm', 't', { type: 'function', name: 'remote', mcp_data: 'server' });
    startTrace(telemetry, trace);
    startTrace(telemetry, trace); // told twice
    for (const span of [agent, turn, tool, tool, remote]) startSpan(telemetry, span);
    setToolCallId(tool, 'call_1');
    setToolCallId(undefined, 'call_2');
    for (const span of [tool, remote, turn]) endSpan(span);
    endSpan(spanIn(trace, 'h', 'a', { type: 'handoff', to_agent: 'billing' }));
    endSpan(agent);
    expect(isOpen(trace)).toBe(true);
    endTrace(trace);
    endTrace(trace);
    expect(isOpen(trace)).toBe(false);
    expect(parents()).toEqual({
      'execute_tool look_up': 'invoke_agent triage',
      'execute_tool remote': 'invoke_agent triage',
      'invoke_agent triage': 'invoke_workflow support',
      'invoke_workflow support': undefined,
    });
    expect(named('execute_tool look_up').attributes).toMatchObject({
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': 'call_1',
      'gen_ai.conversation.id': 'thread-1',
    });
    expect(named('execute_tool look_up').attributes).not.toHaveProperty('gen_ai.tool.call.arguments');
    expect(named('execute_tool remote').attributes['gen_ai.tool.type']).toBe('extension');
    expect(named('invoke_agent triage').attributes['llm_otel.openai_agents.handoff_to']).toBe('billing');
  });

  test('a tool has its arguments and its result where content is captured', () => {
    const { telemetry, named } = setUp({ captureContent: 'SPAN_ONLY' });
    const trace = traceOf();
    const tool = spanIn(trace, 'f', null, { type: 'function', name: 'look_up', input: '{"q":1}', output: 'found' });
    startTrace(telemetry, trace);
    startSpan(telemetry, tool);
    endSpan(tool);
    endTrace(trace);
    const { attributes } = named('execute_tool look_up');
    expect(attributes['gen_ai.tool.call.arguments']).toContain('"q":1');
    expect(attributes['gen_ai.tool.call.result']).toContain('found');
  });

  test('the error of the outermost span is that of the run; an agent that waits ends with it', () => {
    const { telemetry, named } = setUp();
    const trace = traceOf();
    const outer = spanIn(trace, 'a', null, { type: 'agent', name: 'outer' });
    const waiting = spanIn(trace, 'w', 'a', { type: 'agent', name: 'waiting' });
    startTrace(telemetry, trace);
    startSpan(telemetry, outer);
    startSpan(telemetry, waiting);
    endSpan({ ...outer, error: { message: 'Agent failed', data: { error: 'RateLimitError: 429 slow down' } } });
    endTrace(trace);
    expect(named('invoke_agent outer').attributes['error.type']).toBe('429');
    expect(named('invoke_workflow run').attributes['error.type']).toBe('429');
    expect(named('invoke_agent waiting').attributes).not.toHaveProperty('error.type');
  });

  test('spans of a trace that is not open are passed over', () => {
    const { telemetry, spans } = setUp();
    const span = spanIn(traceOf(), 'a', null, { type: 'agent', name: 'nobody' });
    startSpan(telemetry, span);
    endSpan(span);
    expect(storePlaceOf({ trace: traceOf() })).toBeUndefined();
    expect(spans()).toEqual([]);
  });

  test('are not kept without end: the oldest trace ends', () => {
    const { telemetry, spans } = setUp();
    for (let n = 0; n < 10_000; n++) startTrace(telemetry, traceOf(`run ${n}`));
    expect(spans()).toEqual([]);
    startTrace(telemetry, traceOf());
    startTrace(telemetry, traceOf());
    expect(spans().map(({ name }) => name)).toEqual(['invoke_workflow run 0', 'invoke_workflow run 1']);
  });
});

test('what runs with a store of the framework is in the span that the store names at that moment', () => {
  const { provider, telemetry } = setUp();
  const trace = traceOf();
  const agent = spanIn(trace, 'a', null, { type: 'agent', name: 'triage' });
  startTrace(telemetry, trace);
  startSpan(telemetry, agent);
  let span: AgentsSpan | undefined;
  const context = new StoreContext(activeContext(), () => storePlaceOf({ trace, span }));
  const ofRun = spanOf(context);
  span = agent;
  const ofAgent = spanOf(context);
  expect(ofAgent).not.toBe(ofRun);
  const key = Symbol('key');
  expect(context.setValue(key, 1).getValue(key)).toBe(1);
  expect(context.setValue(key, 1).deleteValue(key).getValue(key)).toBeUndefined();
  // A span that the application has made inside of it stays the parent.
  const own = provider.getTracer('app').startSpan('own');
  const inside = new StoreContext(contextWithSpan(context, own), () => storePlaceOf({ trace, span }));
  expect(spanOf(inside)).toBe(own);
  expect(storePlaceOf({ trace, span, active: false })).toBeUndefined();
  endTrace(trace);
  expect(spanOf(context)).toBeUndefined();
});

test.each([
  ['a class in front', 'RateLimitError: 429 slow down', { name: 'RateLimitError', status: 429 }],
  ['a status alone', '503 try later', { name: '_OTHER', status: 503 }],
  ['no class', 'Error: it broke', { name: '_OTHER' }],
  ['a guardrail', 'InputGuardrailTripwireTriggered: no', { name: 'InputGuardrailTripwireTriggered' }],
])('an error that is written down as text: %s', (_, message, expected) => {
  const error = { ...spanIn(traceOf(), 'a', null, {}), error: { message } };
  expect(errorOf(error)).toEqual({ ...expected, message });
});

describe('runs that are resumed after an approval', () => {
  test('the end of a clone of the trace leaves the workflow open', () => {
    const { telemetry, parents } = setUp();
    const trace = traceOf('support');
    startTrace(telemetry, trace);
    const clone = { ...trace };
    startTrace(telemetry, clone);
    endTrace(clone);
    expect(isOpen(trace)).toBe(true);
    const agent = spanIn(trace, 'a', null, { type: 'agent', name: 'later' });
    startSpan(telemetry, agent);
    endSpan(agent);
    endTrace(trace);
    expect(parents()).toEqual({
      'invoke_agent later': 'invoke_workflow support',
      'invoke_workflow support': undefined,
    });
  });

  test('an agent that is open at the end of the trace ends before the workflow, and after what is inside', () => {
    const { telemetry, spans } = setUp();
    const trace = traceOf('support');
    startTrace(telemetry, trace);
    startSpan(telemetry, spanIn(trace, 'a', null, { type: 'agent', name: 'waiting' }));
    startSpan(telemetry, spanIn(trace, 'f', 'a', { type: 'function', name: 'delete_all' }));
    endTrace(trace);
    expect(spans().map(({ name }) => name)).toEqual([
      'execute_tool delete_all',
      'invoke_agent waiting',
      'invoke_workflow support',
    ]);
  });

  test('a tool that a person refused has not failed', () => {
    const { telemetry, named } = setUp();
    const trace = traceOf('support');
    startTrace(telemetry, trace);
    const tool = spanIn(trace, 'f', null, { type: 'function', name: 'delete_all', output: 'Not approved.' });
    startSpan(telemetry, tool);
    const error = 'Tool execution for call_1 was manually rejected by user.';
    endSpan({ ...tool, error: { message: 'Not approved.', data: { tool_name: 'delete_all', error } } });
    endTrace(trace);
    const { status, attributes } = named('execute_tool delete_all');
    expect(status.code).toBe(0);
    expect(attributes['error.type']).toBeUndefined();
    expect(attributes['llm_otel.tool.outcome']).toBe('rejected');
    expect(named('invoke_workflow support').status.code).toBe(0);
  });
});
