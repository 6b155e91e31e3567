import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import {
  askSampler,
  decisionOf,
  nameOf,
  type RuledDecision,
  type SamplerArguments,
  type SamplerLike,
} from './sampler-like.ts';

/** Samplers that are asked in order. */
export interface JoinedSamplers {
  readonly samplers: readonly SamplerLike[];
}

/** Checks the options of a class. Throws a TypeError. */
function samplersOf(name: string, options: JoinedSamplers): readonly SamplerLike[] {
  const samplers = options?.samplers;
  const isUsable = Array.isArray(samplers) && samplers.length > 0;
  if (isUsable && samplers.every((one) => typeof one?.shouldSample === 'function')) return [...samplers];
  throw new TypeError(`${name}: samplers: expected a list of samplers with shouldSample()`);
}

const NONE = decisionOf(false, 'any');

/**
 * Samples if any of the samplers samples: asked in order until a sampler does, so that a rate limit at the end counts only the
 * spans that no sampler before has sampled.
 *
 * @example
 * new AnySampler({ samplers: [new RulesSampler({ rules, fallback }), new RateLimitingSampler({ tracesPerSecond: 1 })] });
 */
export class AnySampler {
  readonly #samplers: readonly SamplerLike[];

  /** @param options the samplers. Throws a TypeError at options that cannot be used. */
  constructor(options: JoinedSamplers) {
    this.#samplers = samplersOf('AnySampler', options);
  }

  shouldSample(
    context: Context,
    id: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): RuledDecision {
    const args: SamplerArguments = [context, id, name, kind, attributes, links];
    let best = NONE;
    for (const sampler of this.#samplers) {
      const result = askSampler(sampler, args);
      if (result.decision === 2) return result;
      if (result.decision > best.decision) best = result;
    }
    return best;
  }

  toString(): string {
    return `Any{${this.#samplers.map(nameOf).join(',')}}`;
  }
}

/**
 * Samples if all samplers sample: asked in order until a sampler does not, so that a rate limit at the end counts only the spans
 * that all samplers before have sampled.
 *
 * @example
 * new AllSampler({ samplers: [new TraceIdRatioBasedSampler(0.1), new RateLimitingSampler({ tracesPerSecond: 50 })] });
 */
export class AllSampler {
  readonly #samplers: readonly SamplerLike[];

  /** @param options the samplers. Throws a TypeError at options that cannot be used. */
  constructor(options: JoinedSamplers) {
    this.#samplers = samplersOf('AllSampler', options);
  }

  shouldSample(
    context: Context,
    id: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): RuledDecision {
    const args: SamplerArguments = [context, id, name, kind, attributes, links];
    let all: RuledDecision | undefined;
    for (const sampler of this.#samplers) {
      const result = askSampler(sampler, args);
      if (result.decision === 0) return result;
      all = all === undefined ? result : joined(all, result);
    }
    return all?.decision === 2 ? { ...all, rule: 'all' } : (all ?? NONE);
  }

  toString(): string {
    return `All{${this.#samplers.map(nameOf).join(',')}}`;
  }
}

/** Both decisions: the lesser, with the attributes of both. */
function joined(first: RuledDecision, second: RuledDecision): RuledDecision {
  const lesser = first.decision <= second.decision ? first : second;
  const traceState = second.traceState ?? first.traceState;
  return {
    decision: lesser.decision,
    ...(lesser.rule === undefined ? {} : { rule: lesser.rule }),
    ...(first.attributes || second.attributes ? { attributes: { ...first.attributes, ...second.attributes } } : {}),
    ...(traceState === undefined ? {} : { traceState }),
  };
}
