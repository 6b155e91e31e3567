/**
 * Where everything goes while there are captures: to the one in whose `run()` it was started, else to all of them.
 */
import type { Context, Tracer } from '@opentelemetry/api';
import { captureWith, type LogRecord, spanOf } from '../otel/globals.ts';
import { provideContext } from './context-manager.ts';
import { type MetricStore, memoryMeterProvider } from './meter.ts';
import { MemorySpan } from './span.ts';

/** What the sink gives a capture. */
export interface Receiver {
  readonly metricStore: MetricStore;
  started(span: MemorySpan): void;
  ended(span: MemorySpan): void;
  emitted(record: LogRecord): void;
}

const RECEIVER = Symbol('capture');
const receivers = new Set<Receiver>();
let removeContext: (() => void) | undefined;

/** `context` in which everything goes to `receiver` alone. */
export function contextOf(context: Context, receiver: Receiver): Context {
  return context.setValue(RECEIVER, receiver);
}

function receiversIn(context: Context | undefined): readonly Receiver[] {
  const own = context?.getValue(RECEIVER) as Receiver | undefined;
  if (own === undefined) return [...receivers];
  return receivers.has(own) ? [own] : [];
}

const tracer = (scope: string): Tracer =>
  ({
    startSpan(name, options = {}, context) {
      const to = context === undefined ? [...receivers] : receiversIn(context);
      const parent = options.root === true || context === undefined ? undefined : spanOf(context)?.spanContext();
      const span = new MemorySpan(scope, name, options, isValid(parent) ? parent : undefined, (ended) => {
        for (const receiver of to) receiver.ended(ended);
      });
      for (const receiver of to) receiver.started(span);
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

/** Everything goes to `receiver` from now on. */
export function addReceiver(receiver: Receiver): void {
  if (receivers.size === 0) {
    captureWith(providers);
    removeContext = provideContext();
  }
  receivers.add(receiver);
}

/** Nothing goes to `receiver` any more; after the last one, things go where they went before. */
export function removeReceiver(receiver: Receiver): void {
  if (!receivers.delete(receiver) || receivers.size > 0) return;
  captureWith(undefined);
  removeContext?.();
  removeContext = undefined;
}
