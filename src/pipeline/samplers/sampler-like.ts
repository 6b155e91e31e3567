import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';
import { ignoreRejection } from '../../runtime/guard.ts';
import { firstLine, warnOnce } from '../../runtime/log.ts';

/** What a sampler decides. */
export interface SamplingDecisionLike {
  /** 0: not recorded, 1: recorded and not sampled, 2: recorded and sampled. */
  decision: number;
  attributes?: Readonly<Attributes>;
  traceState?: TraceState;
}

/** Arguments of a sampler. */
export type SamplerArguments = readonly [
  context: Context,
  traceId: string,
  spanName: string,
  spanKind: SpanKind,
  attributes: Attributes,
  links: Link[],
];

/** A sampler of the OpenTelemetry SDK, 2.x or 3.x. */
export interface SamplerLike {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingDecisionLike;
  toString(): string;
}

/** What a sampler of this package decides: the names of decisions are numbers, the same in every SDK. */
export interface RuledDecision extends SamplingDecisionLike {
  decision: 0 | 1 | 2;
  /** The rule that has decided. */
  readonly rule?: string;
}

/** The decision of `rule`, an object that samplers give again and again. */
export const decisionOf = (isSampled: boolean, rule: string): RuledDecision => ({ decision: isSampled ? 2 : 0, rule });

/** Asks a sampler that may be code of the user: a sampler that throws, or returns nonsense, records. */
export function askSampler(sampler: SamplerLike, args: SamplerArguments): RuledDecision {
  try {
    const result = sampler.shouldSample(...(args as Parameters<SamplerLike['shouldSample']>));
    if (result?.decision === 0 || result?.decision === 1 || result?.decision === 2) return result as RuledDecision;
    const what = ignoreRejection(result) ? 'a promise' : 'no decision';
    warnOnce(
      `the sampler ${nameOf(sampler)} returned ${what}; expected { decision: 0, 1 or 2 } at once, the span is recorded.`,
    );
  } catch (error) {
    warnOnce(`the sampler ${nameOf(sampler)} threw ${firstLine(error)}; the span is recorded.`);
  }
  return FAILED;
}

const FAILED: RuledDecision = decisionOf(true, 'error');

/** A sampler in words. */
export function nameOf(sampler: object): string {
  try {
    const text = String(sampler);
    return text === '[object Object]' ? (sampler.constructor?.name ?? 'sampler') : text;
  } catch {
    return 'sampler';
  }
}
