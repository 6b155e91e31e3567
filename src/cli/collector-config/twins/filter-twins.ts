/** Twins of the steps `filter` and `events`. */
import { conditionOf, joined, negated } from '../ottl/condition.ts';
import { globPattern, globsOf, isLiteral } from '../ottl/glob-pattern.ts';
import { attributePath, ITEMS, ottlText } from '../ottl/ottl-text.ts';
import { EventMarks, filterProcessor, type TranslateStep } from '../processor.ts';

/** `drop`, `keep`, and `llm_only` of log records. */
export const translateFilter: TranslateStep = (options, { signal, lacks }) => {
  const { drop, keep } = options;
  const { context } = ITEMS[signal];
  if (drop !== undefined || keep !== undefined) {
    const marks = new EventMarks(signal);
    const condition = drop === undefined ? negated(conditionOf(keep, marks)) : conditionOf(drop, marks);
    return marks.around([filterProcessor(signal, context, condition)]);
  }
  if ((options.llm_only ?? options.llmOnly) !== true) return [];
  if (signal === 'logs')
    return [filterProcessor(signal, context, `${attributePath(ITEMS.logs, 'gen_ai.operation.name')} == nil`)];
  lacks('llm_only', 'a processor sees one span and does not know which spans are parents of LLM spans');
  return [];
};

/** `drop` and `keep` of span events. */
export const translateEvents: TranslateStep = ({ drop, keep }, { signal }) => {
  if (signal === 'logs') return [];
  const conditions = [
    ...(drop === undefined ? [] : [eventCondition(drop)]),
    ...(keep === undefined ? [] : [negated(eventCondition(keep))]),
  ];
  return conditions.length === 0 ? [] : [filterProcessor(signal, 'spanevent', joined('or', conditions))];
};

function eventCondition(option: unknown): string {
  const globs = globsOf(option);
  const [only = ''] = globs;
  return globs.length === 1 && isLiteral(only)
    ? `spanevent.name == ${ottlText(only)}`
    : `IsMatch(spanevent.name, ${ottlText(globPattern(globs))})`;
}
