import type { ConditionScope } from './ottl/condition.ts';
import type { OttlContext, StepSignal } from './ottl/ottl-text.ts';
import { CONTEXTS } from './ottl/ottl-text.ts';
import type { YamlMap } from './yaml-text.ts';

/** Processors that a written configuration may have. */
export type ProcessorType = 'filter' | 'transform' | 'redaction' | 'tail_sampling' | 'probabilistic_sampler' | 'batch';

/** A processor of a Collector. */
export interface Processor {
  readonly type: ProcessorType;
  readonly config: YamlMap;
}

/** What the translation of a rule works with. */
export interface RuleContext {
  readonly signal: StepSignal;
  /** The rule, or the part `key` of the rule, has no twin. */
  lacks(key: string, why: string): void;
  /** The result of the rule, or of the part `key`, is another. */
  differs(key: string, how: string): void;
}

/** Translates the options of a step. */
export type TranslateStep = (options: Readonly<Record<string, unknown>>, context: RuleContext) => readonly Processor[];

/** Statements of one context, which run for the items that fit `conditions`. */
interface Statements {
  readonly context: OttlContext['context'];
  readonly conditions?: readonly string[];
  readonly statements: readonly string[];
}

const isSpans = (signal: StepSignal): boolean => signal === 'traces';

/** A `transform` processor; nothing without statements. */
export function transformProcessor(signal: StepSignal, groups: readonly Statements[]): Processor[] {
  const used = groups
    .filter(({ statements }) => statements.length > 0)
    .map(({ context, conditions, statements }) => ({ context, conditions, statements }));
  if (used.length === 0) return [];
  const key = isSpans(signal) ? 'trace_statements' : 'log_statements';
  return [{ type: 'transform', config: { error_mode: 'ignore', [key]: used } }];
}

/** A `filter` processor that drops what fits a condition. */
export function filterProcessor(signal: StepSignal, context: OttlContext['context'], condition: string): Processor {
  const key = isSpans(signal) ? 'trace_conditions' : 'log_conditions';
  return { type: 'filter', config: { error_mode: 'ignore', [key]: [{ context, conditions: [condition] }] } };
}

/** Marks of spans: conditions about events become attributes before a rule, and the attributes go after the rule. */
export class EventMarks implements ConditionScope {
  readonly signal: StepSignal;
  readonly #conditions: string[] = [];

  constructor(signal: StepSignal) {
    this.signal = signal;
  }

  readonly markEvents = (condition: string): string => {
    this.#conditions.push(condition);
    return `span.attributes["${markName(this.#conditions.length)}"] == true`;
  };

  /** Processors of a rule between the processors that set and remove the marks. */
  around(processors: readonly Processor[]): readonly Processor[] {
    const conditions = this.#conditions;
    const set = conditions.map((one, index) => `set(span.attributes["${markName(index + 1)}"], true) where ${one}`);
    const remove = conditions.map((_, index) => `delete_key(span.attributes, "${markName(index + 1)}")`);
    return [
      ...transformProcessor(this.signal, [{ context: CONTEXTS.event.context, statements: set }]),
      ...processors,
      ...transformProcessor(this.signal, [{ context: CONTEXTS.span.context, statements: remove }]),
    ];
  }
}

const markName = (number: number): string => `llm_otel.event_mark.${number}`;
