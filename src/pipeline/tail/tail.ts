import type { TailSettings } from '../../config/sampling/tail-settings.ts';
import type { Clock } from '../batches/pipeline-clock.ts';
import type { DecisionCounts } from '../decisions/decision-counts.ts';

/** A span as tail decisions see the span: the SDK's `ReadableSpan`, and its start. */
export interface TailSpan {
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code: number };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string }[];
  readonly duration: readonly [seconds: number, nanoseconds: number];
  readonly resource: { readonly attributes: Readonly<Record<string, unknown>> };
  readonly instrumentationScope: { readonly name: string };
  readonly parentSpanContext?: { readonly isRemote?: boolean; readonly traceId: string; readonly spanId: string };
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
}

/** What a pipeline does for its tail decisions. */
export interface TailHost {
  readonly clock: Clock;
  /** Takes a span that is kept. */
  release(span: object, size: number): void;
  /** Counts spans that are not kept. */
  discard(count: number): void;
  /** True if the bytes that wait for decisions are more than their share of the bound, or the pipeline holds more than the bound. */
  isOverBytes(held: number): boolean;
}

/** Traces that wait for a decision, as the pipeline sees the traces. */
export interface Tail {
  /** Traces and spans that wait, and estimated bytes of the spans. */
  readonly traces: number;
  readonly spans: number;
  readonly bytes: number;
  /** Decisions by policy. */
  readonly counts: DecisionCounts;
  /** A span has started. */
  start(span: object): void;
  /** Takes a span that has ended. */
  add(span: object, size: number): void;
  /** Decides about the trace that has waited longest; false if no trace waits. */
  decideOldest(): boolean;
  /** Decides about all traces by what has ended, for flushes and the end of the process. */
  decideAll(): void;
}

/** Makes the tail decisions of a pipeline. */
export type CreateTail = (pipeline: string, settings: TailSettings, host: TailHost) => Tail;
