import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { BasicTracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { expect } from 'vitest';
import { readTail } from '../../../src/config/sampling/tail-settings.ts';
import type { PipelineSettings } from '../../../src/config/sdk/pipeline-settings.ts';
import { ItemBatch } from '../../../src/pipeline/batches/batch.ts';
import type { Destination } from '../../../src/pipeline/batches/destination.ts';
import { estimateSize } from '../../../src/pipeline/batches/estimate-size.ts';
import { createPipeline } from '../../../src/pipeline/queue/create-pipeline.ts';
import { fillStacks, readStacksLate } from '../../../src/pipeline/sdk/late-stacks.ts';
import { spanProcessor } from '../../../src/pipeline/sdk/span-processor.ts';
import type { SendOutcome } from '../../../src/pipeline/transport/outcome.ts';
import { settingsOf } from '../support/fake-backend.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A pipeline with tail decisions behind a tracer, a backend that takes everything, and a clock of the test. */
export function tailPipeline(tail: object, batch: Partial<PipelineSettings['batch']> = {}) {
  const clock = new FakeClock();
  const arrived: ReadableSpan[] = [];
  const backend: Destination<ReadableSpan> & { answer: () => SendOutcome } = {
    type: 'fake',
    endpoint: undefined,
    timeoutMs: 10_000,
    advice: { silent: '', refused: '' },
    answer: () => ({ ok: true }),
    encode: (items) =>
      new ItemBatch(
        items,
        items.reduce((sum, item) => sum + estimateSize(item), 0),
      ),
    async send(sent) {
      const outcome = backend.answer();
      if (outcome.ok) arrived.push(...(sent as ItemBatch<ReadableSpan>).items);
      return outcome;
    },
    request: () => undefined,
  };
  const settings = { ...settingsOf(batch), tail: readTail(tail) };
  const pipeline = createPipeline<ReadableSpan>(settings, backend, { clock, process: fillStacks(1000) });
  const provider = new BasicTracerProvider({ spanProcessors: [readStacksLate, spanProcessor(pipeline)] });
  const tracer = provider.getTracer('app');
  return {
    clock,
    backend,
    pipeline,
    tracer,
    arrived,
    /** Names of spans that arrived, in the order of names. */
    names: (): string[] => arrived.map(({ name }) => name).sort(),
    start: (name: string, parent: Context | Span = ROOT_CONTEXT, options: SpanOptions = {}): Span =>
      tracer.startSpan(name, options, 'spanContext' in parent ? trace.setSpan(ROOT_CONTEXT, parent) : parent),
    /** Every span is in exactly one place. */
    balance(): void {
      const { ended, exported, dropped, inflight } = pipeline.account;
      const sum = Object.values(dropped).reduce((a, b) => a + b, 0);
      expect(exported + sum + inflight + pipeline.queueSize + (pipeline.tail?.spans ?? 0)).toBe(ended);
    },
  };
}

/** The context of a request from another process. */
export const remote = (traceId: string): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId: '00f067aa0ba902b7',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });

/** Ends a span as failed. */
export function fail(span: Span): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
