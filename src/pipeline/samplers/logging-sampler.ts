import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { samplingLog } from '../decisions/sampling-log.ts';
import { askSampler, nameOf, type RuledDecision, type SamplerLike } from './sampler-like.ts';

/**
 * Writes a line on stderr for each decision of a sampler: at most 20 a second, then how many more there were.
 *
 * @example
 * new LoggingSampler(new ParentBasedSampler({ root: new RateLimitingSampler({ tracesPerSecond: 50 }) }));
 */
export class LoggingSampler {
  readonly #inner: SamplerLike;

  /** @param inner decides. Throws a TypeError if there is no such sampler. */
  constructor(inner: SamplerLike) {
    if (typeof inner?.shouldSample !== 'function')
      throw new TypeError('LoggingSampler: expected a sampler with shouldSample()');
    this.#inner = inner;
  }

  shouldSample(
    context: Context,
    id: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): RuledDecision {
    const result = askSampler(this.#inner, [context, id, name, kind, attributes, links]);
    samplingLog().write(result.decision === 0 ? 'drop' : 'record', result.rule ?? nameOf(this.#inner), name, id);
    return result;
  }

  toString(): string {
    return nameOf(this.#inner);
  }
}
