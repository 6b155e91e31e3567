import { AsyncLocalStorage } from 'node:async_hooks';
import { trace as otel } from '@opentelemetry/api';
import { afterAll, expect, test } from 'vitest';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { openaiAgents } from '../../../src/providers/openai-agents/index.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { contextManager } from '../../telemetry/context-manager.ts';
import { configOf, tracing } from '../../telemetry/in-memory.ts';

/** Classes of the shape of `@openai/agents-core`. The real package runs in test/frameworks. */

contextManager();

const STORAGE = Symbol.for('openai.agents.core.asyncLocalStorage');
const globals = globalThis as unknown as Record<symbol, AsyncLocalStorage<unknown> | undefined>;
afterAll(() => {
  delete globals[STORAGE];
});

class Trace {
  readonly groupId = null;
  readonly traceId: string;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    this.traceId = `trace_patch_${name}`;
  }
  start(): void {}
  end(): void {}
}

class Span {
  startedAt: string | null = null;
  endedAt: string | null = null;
  readonly parentId = null;
  readonly error = null;
  readonly traceId: string;
  readonly spanId: string;
  readonly spanData: object;

  constructor({ traceId }: Trace, spanId: string, spanData: object) {
    this.traceId = traceId;
    this.spanId = spanId;
    this.spanData = spanData;
  }
  start(): void {
    this.startedAt ??= 'now';
  }
  end(): void {
    this.endedAt ??= 'now';
  }
}

class Runner {
  readonly events: unknown[] = [];
  emit(...args: unknown[]): boolean {
    this.events.push(args[0]);
    return true;
  }
}

const exports = { getCurrentTrace: () => (globals[STORAGE] ??= new AsyncLocalStorage()), Trace, Span, Runner };

function setUp() {
  const { provider, spans } = tracing();
  const telemetry = new CallRecorder('@x/llm-otel/openai-agents', '1.2.3', configOf());
  telemetry.setTracerProvider(provider);
  const patcher = new Patcher(telemetry);
  const tree = (): string[] => {
    const nameOf = new Map(spans().map((span) => [span.spanContext().spanId, span.name]));
    return spans().map((span) => `${nameOf.get(span.parentSpanContext?.spanId ?? '') ?? '-'} > ${span.name}`);
  };
  return { patcher, spans, tree, tracer: provider.getTracer('application') };
}

/** Runs `work` as the framework does: with a store that holds the trace and the current span. */
const run = (store: object, work: () => Promise<unknown>): Promise<unknown> =>
  (globals[STORAGE] as AsyncLocalStorage<unknown>).run(store, work) as Promise<unknown>;

test('only the exports of the framework are patched', () => {
  const { patcher } = setUp();
  expect(openaiAgents.patch({}, patcher)).toBe(false);
  expect(openaiAgents.patch({ getCurrentTrace: () => undefined }, patcher)).toBe(false);
});

test('traces, agents and tools are spans, active wherever the framework has them in its store', async () => {
  const { patcher, spans, tree, tracer } = setUp();
  expect(openaiAgents.patch(exports, patcher)).toBe(true);
  const trace = new Trace('support');
  const store: { trace: Trace; span?: Span } = { trace };
  await run(store, async () => {
    trace.start();
    const agent = new Span(trace, 'a', { type: 'agent', name: 'triage' });
    agent.start();
    agent.start();
    store.span = agent;
    tracer.startSpan('inside the agent').end();
    const tool = new Span(trace, 't', { type: 'function', name: 'look_up' });
    tool.start();
    store.span = tool;
    const runner = new Runner();
    expect(runner.emit('agent_tool_start', {}, {}, {}, { toolCall: { callId: 'call_1' } })).toBe(true);
    runner.emit('agent_tool_start');
    runner.emit('agent_end');
    expect(runner.events).toHaveLength(3);
    tool.end();
    tool.end();
    agent.end();
    trace.end();
  });
  expect(tree()).toContain('invoke_agent triage > inside the agent');
  expect(tree()).toContain('- > invoke_workflow support');
  const tool = spans().filter(({ name }) => name === 'execute_tool look_up');
  expect(tool.map(({ attributes }) => attributes['gen_ai.tool.call.id'])).toEqual(['call_1']);
  patcher.unwrapAll();
});

test('a run that fails ends its trace; nothing is recorded afterwards by a patcher without owners', async () => {
  const { patcher, spans } = setUp();
  openaiAgents.patch(exports, patcher);
  const trace = new Trace('failing');
  const failure = run({ trace }, async () => {
    trace.start();
    throw new RangeError('no');
  });
  await expect(failure).rejects.toThrow('no');
  expect(spans().map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([
    ['invoke_workflow failing', 'RangeError'],
  ]);
  patcher.unwrapAll();
  const silent = new Trace('silent');
  await run({ trace: silent }, async () => silent.start());
  silent.end();
  expect(otel.getActiveSpan()).toBeUndefined();
  expect(spans()).toHaveLength(1);
});
