import Anthropic from '@anthropic-ai/sdk';
import * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/options.ts';
import { Patcher } from '../../../src/patching/wrapping/patcher.ts';
import { anthropic } from '../../../src/providers/anthropic/index.ts';
import { CallRecorder } from '../../../src/telemetry/call/call-recorder.ts';
import { metering, tracing } from '../../telemetry/in-memory.ts';

const OURS = '@x/llm-otel/anthropic';
const NATIVE = 'com.anthropic.sdk.typescript';

const { provider, spans } = tracing();
api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
api.trace.setGlobalTracerProvider(provider);
api.propagation.setGlobalPropagator(new W3CTraceContextPropagator());
const meters = metering();
const telemetry = new CallRecorder(OURS, '0', resolveConfig({}, {}));
telemetry.setMeterProvider(meters.provider);
anthropic.patch({ Anthropic }, new Patcher(telemetry));

const message = (block: object, stop_reason: string): object => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-x',
  content: [block],
  stop_reason,
  usage: { input_tokens: 5, output_tokens: 3 },
});
const ANSWER = message({ type: 'text', text: 'Hello' }, 'end_turn');
const CALL = message({ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Rome' } }, 'tool_use');
const EVENTS = [
  { type: 'message_start', message: { ...ANSWER, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hello' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
  { type: 'message_stop' },
];
const BODY = { model: 'claude-x', max_tokens: 9, messages: [{ role: 'user' as const, content: 'hi' }] };

/** Header of every request, and the span that was active. */
let requests: { readonly traceparent: string | null; readonly active: string | undefined }[] = [];
let answers: object[] = [];

const fetch: typeof globalThis.fetch = async (_url, init) => {
  const traceparent = new Headers(init?.headers).get('traceparent');
  requests.push({ traceparent, active: api.trace.getActiveSpan()?.spanContext().spanId });
  const stream = JSON.parse(String(init?.body)).stream === true;
  const events = EVENTS.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  const body = stream ? events : JSON.stringify(answers.shift() ?? ANSWER);
  return new Response(body, { headers: { 'content-type': stream ? 'text/event-stream' : 'application/json' } });
};

const clientOf = (options: object = {}) => new Anthropic({ apiKey: 'key', fetch, maxRetries: 0, ...options });
const scopes = () => spans().map((span) => `${span.instrumentationScope.name} ${span.name}`);
const spanOf = (name: string) => spans().find((span) => span.name === name);
const ids = () => requests.map(({ traceparent }) => traceparent?.split('-')[2]);
const durations = async () =>
  (await meters.collect())
    .get('gen_ai.client.inference.duration')
    ?.points.reduce((sum, p) => sum + (p.count ?? 0), 0) ?? 0;

const CALLS: readonly (readonly [string, (client: Anthropic) => PromiseLike<unknown>])[] = [
  ['create', (client) => client.messages.create(BODY)],
  ['parse', (client) => client.messages.parse(BODY)],
  ['stream', (client) => client.messages.stream(BODY).finalMessage()],
  ['beta create', (client) => client.beta.messages.create(BODY)],
  ['beta stream', (client) => client.beta.messages.stream(BODY).finalMessage()],
  ['a thread', (client) => client.beta.messages.thread({ model: 'claude-x', max_tokens: 9 }).send(BODY.messages)],
  [
    'a streamed thread',
    (client) => client.beta.messages.thread({ model: 'claude-x', max_tokens: 9 }).stream(BODY.messages).finalMessage(),
  ],
];

beforeEach(() => {
  (spans() as unknown[]).length = 0;
  requests = [];
  answers = [];
  telemetry.setConfig(resolveConfig({}, {}));
});

describe('own', () => {
  it.each(CALLS)('%s is one span, active during the request and in its header', async (_, call) => {
    await call(clientOf());
    expect(scopes()).toEqual([`${OURS} chat claude-x`]);
    const id = spans()[0]?.spanContext().spanId;
    expect(ids()).toEqual([id]);
    expect(requests[0]?.active).toBe(id);
  });

  it.each(CALLS)('%s has no header of the SDK without propagation', async (_, call) => {
    await call(clientOf({ openTelemetry: { propagation: false } }));
    expect(scopes()).toEqual([`${OURS} chat claude-x`]);
    expect(ids()).toEqual([undefined]);
  });

  it("spans of the tool runner and of its tools are the SDK's, around ours", async () => {
    answers = [CALL];
    const run = () => `sunny under ${api.trace.getActiveSpan()?.spanContext().spanId}`;
    const tool = { name: 'weather', description: 'd', input_schema: { type: 'object' as const }, run, parse: (x: unknown) => x }; // biome-ignore format: a row
    await clientOf().beta.messages.toolRunner({ ...BODY, tools: [tool as never] });
    expect(scopes()).toEqual([
      `${OURS} chat claude-x`,
      `${NATIVE} anthropic.custom_tool_use weather`,
      `${OURS} chat claude-x`,
      `${NATIVE} anthropic.messages.tool_runner`,
    ]);
    const runner = spanOf('anthropic.messages.tool_runner')?.spanContext().spanId;
    expect(
      new Set(
        spans()
          .slice(0, 3)
          .map((span) => span.parentSpanContext?.spanId),
      ),
    ).toEqual(new Set([runner]));
    const metrics = await meters.collect();
    expect(metrics.get('gen_ai.execute_tool.duration')?.points[0]).toMatchObject({
      count: 1,
      attributes: { 'gen_ai.tool.name': 'weather' },
    });
  });

  it('tools of a client that does not trace itself get a span of ours', async () => {
    answers = [CALL];
    const tool = { name: 'weather', description: 'd', input_schema: { type: 'object' as const }, run: () => 'sunny' };
    await clientOf({ openTelemetry: false }).beta.messages.toolRunner({ ...BODY, tools: [tool as never] });
    expect(scopes()).toEqual([`${OURS} chat claude-x`, `${OURS} execute_tool weather`, `${OURS} chat claude-x`]);
    expect(spanOf('execute_tool weather')?.attributes['gen_ai.tool.call.id']).toBe('toolu_1');
  });

  it('other resources keep the spans that the SDK makes', async () => {
    await clientOf().messages.countTokens({ model: 'claude-x', messages: BODY.messages });
    expect(scopes()).toEqual([`${NATIVE} anthropic.messages.count_tokens`]);
  });

  it('a frozen client is recorded all the same', async () => {
    await Object.freeze(clientOf()).messages.create(BODY);
    expect(scopes()).toEqual([`${OURS} chat claude-x`]);
  });

  it.each(CALLS)('%s is one span of a client whose class prepares its requests itself', async (_, call) => {
    class Signing extends Anthropic {
      protected override async prepareRequest(request: RequestInit): Promise<void> {
        // What is signed has no trace context in it yet: an HTTP instrumentation may replace that.
        expect(new Headers(request.headers).get('traceparent')).toBeNull();
      }
    }
    await call(new Signing({ apiKey: 'key', fetch, maxRetries: 0 }));
    expect(scopes()).toEqual([`${OURS} chat claude-x`]);
    expect(ids()).toEqual([spans()[0]?.spanContext().spanId]);
  });

  it('the client has its tracer back', async () => {
    const client = clientOf() as unknown as { _tracer: unknown };
    const { _tracer: before } = client;
    for (const [, call] of CALLS) await call(client as unknown as Anthropic);
    expect(() => (client as unknown as Anthropic).messages.create(undefined as never)).toThrow(TypeError);
    expect(client._tracer).toBe(before);
  });
});

describe('a client with a provider of its own', () => {
  it.each(CALLS)('%s keeps its span, has none of ours, and is measured', async (_, call) => {
    const exporter = new InMemorySpanExporter();
    const own = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const before = await durations();
    await call(clientOf({ openTelemetry: { tracerProvider: own } }));
    expect(scopes()).toEqual([]);
    expect(exporter.getFinishedSpans().map((span) => span.name)).toEqual(['anthropic.messages.create']);
    expect(ids()).toEqual([exporter.getFinishedSpans()[0]?.spanContext().spanId]);
    expect(await durations()).toBe(before + 1);
  });
});

describe('native', () => {
  it.each(CALLS)("%s keeps the SDK's span and adds the finish reason", async (_, call) => {
    telemetry.setConfig(resolveConfig({ anthropicNative: 'native' }, {}));
    const before = await durations();
    await call(clientOf());
    expect(scopes()).toEqual([`${NATIVE} anthropic.messages.create`]);
    expect(spans()[0]?.attributes).toMatchObject({
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.output_tokens': 3,
    });
    expect(spans()[0]?.attributes).not.toHaveProperty('llm_otel.stream.outcome');
    expect(ids()).toEqual([spans()[0]?.spanContext().spanId]);
    expect(await durations()).toBe(before + 1);
  });

  it('the environment says so too', () => {
    expect(resolveConfig({}, { LLM_OTEL_ANTHROPIC_NATIVE: 'native' }).anthropicNative).toBe('native');
    expect(resolveConfig({}, {}).anthropicNative).toBe('own');
  });

  it('a client that does not trace itself gets our span', async () => {
    telemetry.setConfig(resolveConfig({ anthropicNative: 'native' }, {}));
    await clientOf({ openTelemetry: false }).messages.create(BODY);
    expect(scopes()).toEqual([`${OURS} chat claude-x`]);
  });
});

describe('an SDK of another make', () => {
  /** One that starts its span without looking for `__span`. */
  class Messages {
    readonly _client: { baseURL: string; _tracer: api.Tracer | undefined; openTelemetry: object };
    constructor(client: Messages['_client']) {
      this._client = client;
    }
    async create(_body: object, _options?: object): Promise<object> {
      const span = this._client._tracer?.startSpan('anthropic.messages.create');
      await Promise.resolve();
      span?.end();
      return ANSWER;
    }
    stream(body: object): Promise<object> {
      const span = this._client._tracer?.startSpan('anthropic.messages.create');
      return this.create(body, span && { __span: { span } }).finally(() => span?.end());
    }
  }
  anthropic.patch({ Messages }, new Patcher(telemetry));
  const messagesOf = () =>
    new Messages({ baseURL: 'http://127.0.0.1', _tracer: api.trace.getTracer(NATIVE), openTelemetry: {} });

  it.each(['create', 'stream'] as const)('%s is one span', async (method) => {
    await messagesOf()[method](BODY);
    expect(scopes()).toEqual([`${OURS} chat claude-x`]);
  });

  it('one that hides its tracer and looks for `__span`', async () => {
    class Hidden {
      readonly _client = { baseURL: 'http://127.0.0.1', openTelemetry: { traces: { enabled: true } } };
      async create(_body: object, options?: { __span?: { span: api.Span } }): Promise<object> {
        const span = options?.__span?.span ?? api.trace.getTracer(NATIVE).startSpan('anthropic.messages.create');
        await Promise.resolve();
        span.end();
        return ANSWER;
      }
    }
    anthropic.patch({ Messages: Hidden }, new Patcher(telemetry));
    await new Hidden().create(BODY);
    expect(scopes()).toEqual([`${OURS} chat claude-x`]);
  });

  it('a span that was started for the call stays', async () => {
    const span = api.trace.getTracer(NATIVE).startSpan('started by a helper');
    await messagesOf().create(BODY, { __span: { span } });
    span.end();
    expect(scopes()).toContain(`${NATIVE} started by a helper`);
    expect(scopes()).not.toContain(`${OURS} chat claude-x`);
    expect(spanOf('started by a helper')?.attributes['gen_ai.response.finish_reasons']).toEqual(['stop']);
  });
});
