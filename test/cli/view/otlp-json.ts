/** Spans and log records in the JSON encoding of OTLP, as an exporter sends them. */

export type Values = Readonly<Record<string, unknown>>;

function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  if (value === null || value === undefined) return {};
  return { kvlistValue: { values: keyValues(value as Values) } };
}

const keyValues = (values: Values): object[] =>
  Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));

export interface SpanFields {
  readonly trace?: number;
  readonly span?: number;
  readonly parent?: number;
  readonly name?: string;
  readonly start?: number;
  readonly duration?: number;
  readonly error?: string;
  readonly attributes?: Values;
  readonly events?: readonly { readonly name: string; readonly at: number; readonly attributes?: Values }[];
}

export const traceId = (n: number): string => n.toString(16).padStart(32, '0');
export const spanId = (n: number): string => n.toString(16).padStart(16, '0');

const START = 1_790_000_000_000;
const nanoseconds = (ms: number): string => `${START + ms}000000`;

/** A span; times in milliseconds from the same start. */
export function otlpSpan({
  trace = 1,
  span = 1,
  parent,
  name = 'chat m',
  start = 0,
  duration = 10,
  ...rest
}: SpanFields): Values {
  return {
    traceId: traceId(trace),
    spanId: spanId(span),
    ...(parent !== undefined && { parentSpanId: spanId(parent) }),
    name,
    kind: 3,
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(start + duration),
    attributes: keyValues(rest.attributes ?? {}),
    events: (rest.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: nanoseconds(event.at),
      attributes: keyValues(event.attributes ?? {}),
    })),
    status: rest.error === undefined ? {} : { code: 2, message: rest.error },
  };
}

/** A request with spans. */
export const traceRequest = (spans: readonly Values[], service = 'shop'): object => ({
  resourceSpans: [
    {
      resource: { attributes: keyValues({ 'service.name': service }) },
      scopeSpans: [{ scope: { name: '@x/llm-otel/openai', version: '1.0.0' }, spans }],
    },
  ],
});

/** A request with one log record. */
export const logRequest = (fields: { trace: number; span: number; eventName: string; attributes: Values }): object => ({
  resourceLogs: [
    {
      resource: { attributes: keyValues({ 'service.name': 'shop' }) },
      scopeLogs: [
        {
          scope: { name: '@x/llm-otel/openai' },
          logRecords: [
            {
              timeUnixNano: nanoseconds(5),
              severityNumber: 9,
              eventName: fields.eventName,
              traceId: traceId(fields.trace),
              spanId: spanId(fields.span),
              attributes: keyValues(fields.attributes),
            },
          ],
        },
      ],
    },
  ],
});

/** Attributes of a model call. */
export const chat = (attributes: Values = {}): Values => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o-mini',
  ...attributes,
});

/** Captured messages, as texts. */
export const messages = (input: readonly object[], output: readonly object[] = []): Values => ({
  'gen_ai.input.messages': JSON.stringify(input),
  ...(output.length > 0 && { 'gen_ai.output.messages': JSON.stringify(output) }),
});

export const says = (role: string, content: string): object => ({ role, parts: [{ type: 'text', content }] });
