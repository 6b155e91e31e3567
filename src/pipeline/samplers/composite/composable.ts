import type { Attributes, Context, SpanKind } from '@opentelemetry/api';
import type { SamplerArguments } from '../sampler-like.ts';

/** A span that starts, as composable samplers see the span. */
export interface StartingSpan {
  readonly args: SamplerArguments;
  readonly context: Context;
  readonly traceId: string;
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** Random value of the trace: 14 digits. */
  readonly randomness: string;
  /** Threshold that the parent was sampled with, if the parent is sampled and tells. */
  readonly parentThreshold: string | undefined;
}

/** What a composable sampler intends: the span is sampled if its random value is at least the threshold. */
export interface SamplingIntent {
  /** 14 digits; undefined: never sampled. */
  readonly threshold: string | undefined;
  /** True if the threshold is the probability of the span: then the trace state names the threshold. */
  readonly isReliable: boolean;
  readonly rule: string;
  readonly attributes?: Readonly<Attributes>;
}

/** A composable sampler. */
export interface Composable {
  intentOf(span: StartingSpan): SamplingIntent;
  toString(): string;
}

/** The threshold that samples everything. */
export const EVERYTHING = '0'.repeat(14);

/** Whether `intent` samples `span`. */
export const samples = ({ threshold }: SamplingIntent, { randomness }: StartingSpan): boolean =>
  threshold !== undefined && randomness >= threshold;
