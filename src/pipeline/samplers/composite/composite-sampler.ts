import { type Attributes, type Context, type Link, type SpanKind, trace } from '@opentelemetry/api';
import { randomnessOf } from '../../decisions/trace-ratio.ts';
import type { RuledDecision } from '../sampler-like.ts';
import { type Composable, samples } from './composable.ts';
import { readOtState, withThreshold } from './trace-state.ts';

/**
 * `composite/development`: asks a composable sampler, and writes the threshold of the decision into the trace state, as the
 * specification of consistent probability sampling says.
 */
export class CompositeSampler {
  readonly #root: Composable;

  constructor(root: Composable) {
    this.#root = root;
  }

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): RuledDecision {
    const state = trace.getSpanContext(context)?.traceState;
    const ot = readOtState(state);
    const span = {
      args: [context, traceId, name, kind, attributes, links] as const,
      context,
      traceId,
      name,
      kind,
      attributes: attributes ?? {},
      randomness: ot.randomness ?? randomnessOf(traceId),
      parentThreshold: ot.threshold,
    };
    const intent = this.#root.intentOf(span);
    const isSampled = samples(intent, span);
    const traceState = withThreshold(state, ot, isSampled && intent.isReliable ? intent.threshold : undefined);
    return {
      decision: isSampled ? 2 : 0,
      rule: intent.rule,
      ...(isSampled && intent.attributes !== undefined ? { attributes: intent.attributes } : {}),
      ...(traceState === undefined ? {} : { traceState }),
    };
  }

  toString(): string {
    return `Composite{${this.#root}}`;
  }
}
