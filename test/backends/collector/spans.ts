/** The spans and log records that the process and the Collector both get. */
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/** A span of the table. */
interface SpanRow {
  readonly kind?: SpanKind;
  /** Milliseconds; 5 by default. */
  readonly ms?: number;
  readonly status?: readonly [code: SpanStatusCode, message?: string];
  /** A name of the table, or a span of another process. */
  readonly parent?: string;
  readonly attributes?: Attributes;
  readonly events?: readonly (readonly [name: string, attributes?: Attributes])[];
  readonly link?: Attributes;
}

/** Spans by name. A parent stands before its children. */
export const SPANS: Readonly<Record<string, SpanRow>> = {
  'GET /health': { kind: SpanKind.SERVER },
  'GET /health/deep': { kind: SpanKind.SERVER, ms: 2000 },
  'GET /healthz failed': { kind: SpanKind.SERVER, status: [SpanStatusCode.ERROR, 'no database'] },
  'POST /chat': {
    kind: SpanKind.SERVER,
    ms: 12_000,
    parent: 'remote',
    status: [SpanStatusCode.OK],
    attributes: { 'http.request.header.cookie': 'a=b', 'http.response.status_code': 200, tier: 'gold' },
  },
  'chat gpt-5-mini': {
    kind: SpanKind.CLIENT,
    ms: 11_000,
    parent: 'POST /chat',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-5-mini',
      'gen_ai.response.finish_reasons': ['stop', 'tool_calls'],
      'gen_ai.usage.input_tokens': 1200,
      'gen_ai.usage.cost': 0.07,
      'gen_ai.input.messages': '[{"role":"user","content":"write to jo@example.org with sk-abc123def456ghi789jkl012"}]',
      'user.id': 'u1',
    },
    events: [
      ['llm_otel.stream.chunk', { index: 0, 'user.id': 'u1' }],
      ['exception', { 'exception.message': 'no mail to jo@example.org' }],
    ],
    link: { user: 'u1' },
  },
  'execute_tool weather': {
    parent: 'chat gpt-5-mini',
    status: [SpanStatusCode.ERROR, 'mail to jo@example.org failed'],
    attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'weather', 'debug.id': 5 },
  },
  'chat claude-opus-5': {
    kind: SpanKind.CLIENT,
    ms: 300,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'claude-opus-5',
      'gen_ai.response.finish_reasons': ['length'],
      'gen_ai.usage.cost': 0.2,
      tier: 'silver',
      user: 'u2',
      'user.id': 'u3',
    },
  },
  'mail to jo@example.org': {
    kind: SpanKind.PRODUCER,
    ms: 1000,
    attributes: {
      'db.password': 'hunter2-hunter2',
      text: 'x'.repeat(100),
      lines: 'first\nsecond',
      number: 42,
      float: 0.5,
      big: 4_111_111_111_111_111,
      on: true,
      off: false,
      empty: '',
      numeric: '42',
      tags: ['a', 'b'],
      "it's": `a"b\\c$1 \${env:HOME} é😀`,
      'a*b': 'star',
    },
  },
  'process orders': { kind: SpanKind.CONSUMER, attributes: { tier: 'gold', 'debug.level': 'x' } },
};

const START = 1_790_000_000_000;

const remote = (): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });

/** Makes the spans of the table, children within their parents. */
export function makeSpans(tracer: Tracer): void {
  const open = new Map<string, Span>();
  for (const [name, { kind = SpanKind.INTERNAL, parent, attributes = {}, events = [], link, status }] of Object.entries(
    SPANS,
  )) {
    const outer = open.get(parent ?? '');
    const context =
      outer !== undefined ? trace.setSpan(ROOT_CONTEXT, outer) : parent === undefined ? ROOT_CONTEXT : remote();
    const links =
      link === undefined
        ? []
        : [{ context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }, attributes: link }];
    const span = tracer.startSpan(name, { kind, attributes, links, startTime: START }, context);
    for (const [event, values] of events) span.addEvent(event, values, START + 1);
    if (status !== undefined)
      span.setStatus({ code: status[0], ...(status[1] === undefined ? {} : { message: status[1] }) });
    open.set(name, span);
  }
  for (const [name, span] of [...open].reverse()) span.end(START + (SPANS[name]?.ms ?? 5));
}

/** Log records: body, attributes and name of the event. */
const LOGS: readonly (readonly [body: string | undefined, attributes: Attributes, eventName?: string])[] = [
  ['paid by jo@example.org', { level: 'x', user: 'u1' }],
  ['started', { debug: 'd', 'user.id': 'u1' }, 'app.started'],
  [undefined, { 'gen_ai.operation.name': 'chat', body: 'not the body' }, 'gen_ai.client.inference.operation.details'],
];

/** Makes the log records of the table. */
export function makeLogs(logger: { emit(record: object): void }): void {
  for (const [body, attributes, eventName] of LOGS)
    logger.emit({
      timestamp: START,
      attributes,
      ...(body === undefined ? {} : { body }),
      ...(eventName === undefined ? {} : { eventName }),
    });
}
