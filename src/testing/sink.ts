/**
 * Receives all telemetry while captures exist. Telemetry started in the `run()` of a capture goes to the same capture only;
 * telemetry started outside of `run()` goes to every capture.
 */
import type { Context, Tracer } from '@opentelemetry/api';
import { captureWith, type LogRecord, spanOf } from '../otel/globals.ts';
import { provideContext } from './context-manager.ts';
import { type MetricStore, memoryMeterProvider } from './meter.ts';
import { MemorySpan } from './span.ts';

/** A capture, as the sink uses it. */
export interface Receiver {
  readonly metricStore: MetricStore;
  started(span: MemorySpan): void;
  ended(span: MemorySpan): void;
  emitted(record: LogRecord): void;
}

const RECEIVER = Symbol('capture');
const receivers = new Set<Receiver>();
let removeContext: (() => void) | undefined;

/** A child of `context` in which all telemetry goes to `receiver` alone. */
export function contextOf(context: Context, receiver: Receiver): Context {
  return context.setValue(RECEIVER, receiver);
}

function receiversIn(context: Context | undefined): readonly Receiver[] {
  const receiver = context?.getValue(RECEIVER) as Receiver | undefined;
  if (receiver === undefined) return [...receivers];
  return receivers.has(receiver) ? [receiver] : [];
}

const tracer = (scope: string): Tracer =>
  ({
    startSpan(name, options = {}, context) {
      const spanReceivers = context === undefined ? [...receivers] : receiversIn(context);
      const parent = options.root === true || context === undefined ? undefined : spanOf(context)?.spanContext();
      const span = new MemorySpan(scope, name, options, isValid(parent) ? parent : undefined, (ended) => {
        for (const receiver of spanReceivers) receiver.ended(ended);
      });
      for (const receiver of spanReceivers) receiver.started(span);
      return span;
    },
  }) as Partial<Tracer> as Tracer;

const isValid = (parent: { readonly traceId: string } | undefined): boolean =>
  parent !== undefined && !/^0*$/.test(parent.traceId);

const providers = {
  tracer: { getTracer: tracer },
  meter: memoryMeterProvider(() => [...receivers].map(({ metricStore }) => metricStore)),
  logger: {
    getLogger: () => ({
      emit: (record: LogRecord) => {
        for (const receiver of receiversIn(record.context)) receiver.emitted(record);
      },
    }),
  },
};

/** From now on `receiver` gets all telemetry. */
export function addReceiver(receiver: Receiver): void {
  if (receivers.size === 0) {
    captureWith(providers);
    removeContext = provideContext();
  }
  receivers.add(receiver);
}

/** From now on `receiver` gets nothing. Without any receiver, telemetry goes to the application's providers again. */
export function removeReceiver(receiver: Receiver): void {
  if (!receivers.delete(receiver) || receivers.size > 0) return;
  captureWith(undefined);
  removeContext?.();
  removeContext = undefined;
}
