/** The twin of each step in a Collector. */
import { mapOf } from '../../../pipeline/match/kind-of-value.ts';
import type { Processor, ProcessorType, RuleContext, TranslateStep } from '../processor.ts';
import { translateAttributes } from './attributes-twin.ts';
import { translateEnrich } from './enrich-twin.ts';
import { translateEvents, translateFilter } from './filter-twins.ts';
import { translateRedact } from './redact-twin.ts';
import { translateTransform } from './transform-twin.ts';

/** The twin of a step. */
interface StepTwin {
  /** Processors of which the twin is made; none: the step has no twin. The table of docs/shaping.md has the same names. */
  readonly processors: readonly ProcessorType[];
  readonly translate: TranslateStep;
}

const withoutTwin =
  (why: string): TranslateStep =>
  (_options, { lacks }) => {
    lacks('', why);
    return [];
  };

/** One row a step. */
export const STEP_TWINS = {
  filter: { processors: ['filter'], translate: translateFilter },
  events: { processors: ['filter'], translate: translateEvents },
  attributes: { processors: ['transform', 'redaction'], translate: translateAttributes },
  enrich: { processors: ['transform'], translate: translateEnrich },
  transform: { processors: ['transform'], translate: translateTransform },
  preset: {
    processors: [],
    translate: withoutTwin('no processor translates gen_ai.* into the attributes of a product'),
  },
  redact: { processors: ['redaction', 'transform'], translate: translateRedact },
  module: { processors: [], translate: withoutTwin('code of the application does not run in a Collector') },
} as const satisfies Readonly<Record<string, StepTwin>>;

/** Translates a step that has been checked: a map with one key. */
export function translateStep(step: unknown, contextOf: (name: string) => RuleContext): readonly Processor[] {
  const [[name, options] = ['', undefined]] = Object.entries(mapOf(step) ?? {});
  const twin: StepTwin | undefined = Object.hasOwn(STEP_TWINS, name)
    ? STEP_TWINS[name as keyof typeof STEP_TWINS]
    : undefined;
  const context = contextOf(name);
  if (twin !== undefined) return twin.translate(withoutNulls(mapOf(options) ?? {}), context);
  context.lacks('', 'the step is not known');
  return [];
}

/** A key with null is a key that is not set. */
const withoutNulls = (options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
