import {
  type Attributes,
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { SamplerLike, SamplingDecisionLike } from '../../../src/pipeline/samplers/sampler-like.ts';

/** What a test says of a span that starts; the rest has a default. */
export interface Start {
  readonly context?: Context;
  readonly traceId?: string;
  readonly name?: string;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

let next = 0;

/** A trace id as random as those of the SDK, and the same in every run. */
export function newTraceId(): string {
  // xorshift over a counter: the last 56 bits have to be spread evenly.
  let id = '';
  for (let part = 0; part < 4; part++) {
    next = (next + 0x9e3779b9) >>> 0;
    let x = next;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    id += ((x ^ (x >>> 16)) >>> 0).toString(16).padStart(8, '0');
  }
  return id;
}

/** Asks a sampler about a span. */
export function ask(sampler: SamplerLike, start: Start = {}): SamplingDecisionLike & { readonly rule?: string } {
  const { context = ROOT_CONTEXT, traceId = newTraceId(), name = 'span', kind = SpanKind.INTERNAL } = start;
  return sampler.shouldSample(context, traceId, name, kind, start.attributes ?? {}, []);
}

/** Whether a sampler samples a span. */
export const samples = (sampler: SamplerLike, start?: Start): boolean => ask(sampler, start).decision === 2;

/** A context with a parent. */
export function parentContext(isSampled: boolean, isRemote = false, state?: string): Context {
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: newTraceId(),
    spanId: '00f067aa0ba902b7',
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote,
    ...(state === undefined ? {} : { traceState: traceStateOf(state) }),
  });
}

/** A trace state with the value `ot`. */
function traceStateOf(value: string) {
  return createTraceState(value === '' ? '' : `ot=${value}`);
}

/** A sampler that always says the same. */
export const always = (decision: number, rule?: string): SamplerLike => ({
  shouldSample: () => ({ decision, ...(rule === undefined ? {} : { rule }) }),
  toString: () => `always ${decision}`,
});
