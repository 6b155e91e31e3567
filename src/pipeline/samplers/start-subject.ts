import { type Attributes, type Context, type SpanKind, trace } from '@opentelemetry/api';
import { type ConfigPlace, optionPlace } from '../../config/config-place.ts';
import { warnOnce } from '../../runtime/log.ts';
import { compileMatch, type Matches } from '../match/compile-match.ts';
import { mapOf } from '../match/kind-of-value.ts';
import { type MatchSubject, type ParentName, placeOfParent, SPAN_KINDS } from '../match/match-subject.ts';
import { scopeOfStart } from './start-scope.ts';

/** Conditions about the end of a span: no rule at the start can hold. */
const ONLY_AT_END = ['status', 'events', 'duration'];

/** The source of the telemetry. Attributes of detectors may come later. */
export interface ResourceLike {
  readonly attributes: Attributes;
}

/** A span at its start, as conditions see spans. Parent and resource are read when a condition asks. */
export class StartSubject implements MatchSubject {
  readonly name: string;
  readonly kind: MatchSubject['kind'];
  readonly attributes: Attributes;
  readonly status = undefined;
  readonly events = undefined;
  readonly duration = undefined;
  readonly #context: Context;
  readonly #resource: ResourceLike;

  constructor(context: Context, name: string, kind: SpanKind, attributes: Attributes, resource: ResourceLike) {
    this.#context = context;
    this.name = name;
    this.kind = SPAN_KINDS[kind];
    this.attributes = attributes;
    this.#resource = resource;
  }

  get scope(): string | undefined {
    return scopeOfStart();
  }

  get resource(): Attributes {
    return this.#resource.attributes;
  }

  get parent(): ParentName {
    return parentOf(this.#context);
  }
}

/** Where the parent of a span is that starts in `context`. */
export function parentOf(context: Context): ParentName {
  const parent = trace.getSpanContext(context);
  return placeOfParent(parent !== undefined && trace.isSpanContextValid(parent) ? parent : undefined);
}

/** Compiles the match of a sampler's rule. A match that cannot be used never matches, with a warning. */
export function compileRuleMatch(rule: string, match: unknown): Matches {
  return compileStartMatch(
    match,
    optionPlace(`sampler rule ${rule}: match`, (problem) => warnOnce(`${problem}.`)),
  );
}

/** Compiles a match for spans that start. Conditions about the end of a span are refused at `where`. */
function compileStartMatch(match: unknown, where: ConfigPlace): Matches {
  refuseEnd(match, where);
  return compileMatch(match, where);
}

function refuseEnd(match: unknown, where: ConfigPlace): void {
  const map = mapOf(match) ?? {};
  for (const key of ONLY_AT_END)
    if (Object.hasOwn(map, key))
      where
        .at(key)
        .refuse('it is not known when a span starts, and no condition about it holds; expected a policy of tail');
  for (const key of ['any', 'all'])
    if (Array.isArray(map[key]))
      for (const [index, inner] of map[key].entries()) refuseEnd(inner, where.at(key).at(index));
  if (map.not !== undefined) refuseEnd(map.not, where.at('not'));
}
