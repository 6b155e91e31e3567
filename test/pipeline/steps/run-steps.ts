/** Runs steps on spans and log records of the real SDK. */
import { type Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { optionPlace } from '../../../src/config/config-place.ts';
import { createSteps } from '../../../src/pipeline/steps/create-steps.ts';

type Run = Parameters<NonNullable<ReturnType<typeof createSteps>>['process']>;

const resource = resourceFromAttributes({ 'service.name': 'shop', 'host.name': 'h1', 'user.email': 'a@b.example' });

/** A span with everything that steps can change. */
export function span(attributes: Attributes = {}, name = 'chat gpt-5'): ReadableSpan {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const one = provider.getTracer('@x/llm-otel/openai').startSpan(
    name,
    {
      kind: SpanKind.CLIENT,
      attributes: { 'gen_ai.operation.name': 'chat', ...attributes },
      links: [
        { context: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }, attributes: { user: 'u1' } },
      ],
    },
    ROOT_CONTEXT,
  );
  one.addEvent('exception', { 'exception.message': 'of u1', user: 'u1' });
  one.addEvent('first token');
  one.setStatus({ code: SpanStatusCode.ERROR, message: 'of u1' });
  one.end();
  return exporter.getFinishedSpans()[0] as ReadableSpan;
}

/** A log record. */
export function log(body: unknown, attributes: Record<string, unknown> = {}, eventName?: string) {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] });
  provider.getLogger('app').emit({ body, attributes, eventName } as never);
  const [record] = exporter.getFinishedLogRecords();
  if (record === undefined) throw new Error('no log record');
  return record;
}

/** Makes steps, or the problems. */
export function stepsFor(steps: readonly unknown[], signal: 'traces' | 'logs' = 'traces', env = {}) {
  const problems: string[] = [];
  const place = optionPlace('steps', (problem) => problems.push(problem));
  const made = createSteps(steps, place, { env, folder: import.meta.dirname, pipeline: 'test', signal });
  return { made, problems };
}

/** What steps make of items, and what they drop. */
export function run<Item extends object>(
  steps: readonly unknown[],
  items: readonly Item[],
  signal: 'traces' | 'logs' = 'traces',
  env = {},
): { readonly left: readonly Item[]; readonly dropped: Record<string, number> } {
  const { made, problems } = stepsFor(steps, signal, env);
  if (made === undefined) throw new Error(problems.join('\n'));
  const dropped: Record<string, number> = {};
  const drop: Run[1] = (reason, count) => {
    dropped[reason] = (dropped[reason] ?? 0) + count;
  };
  return { left: made.process(items as unknown as Run[0], drop) as unknown as readonly Item[], dropped };
}

/** The span after the steps; fails if the span is dropped. */
export function spanAfter(steps: readonly unknown[], one: ReadableSpan, env = {}): ReadableSpan {
  const [left] = run(steps, [one], 'traces', env).left;
  if (left === undefined) throw new Error('the span was dropped');
  return left;
}
