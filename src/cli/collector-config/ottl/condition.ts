/** Conditions of the match language as conditions of OTTL. */
import { optionPlace } from '../../../config/config-place.ts';
import { mapOf } from '../../../pipeline/match/kind-of-value.ts';
import { PARENTS, SPAN_KINDS, STATUSES } from '../../../pipeline/match/match-subject.ts';
import { compileWord } from '../../../pipeline/match/text-condition.ts';
import { globBody, globPattern, globsOf, isLiteral } from './glob-pattern.ts';
import { attributePath, CONTEXTS, ITEMS, NAMES, ottlText, ottlValue, type StepSignal } from './ottl-text.ts';

/** What conditions are translated for. */
export interface ConditionScope {
  readonly signal: StepSignal;
  /** An attribute that marks spans with an event that fits: a condition about a span does not see the events of the span. */
  markEvents(condition: string): string;
}

/** Attributes of the conventions that are lists of texts: a list fits if an item fits. */
const LISTS: ReadonlySet<string> = new Set([
  'gen_ai.response.finish_reasons',
  'gen_ai.request.stop_sequences',
  'gen_ai.request.encoding_formats',
]);

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
const OPERATION_NAME = 'gen_ai.operation.name';
const NANOSECONDS = 1_000_000;

type TranslateCondition = (condition: unknown, scope: ConditionScope) => string;

/** A condition about what log records do not have. */
const ofSpans =
  (translate: TranslateCondition): TranslateCondition =>
  (condition, scope) =>
    scope.signal === 'traces' ? translate(condition, scope) : 'false';

/** One row a condition. */
const CONDITIONS: Readonly<Record<string, TranslateCondition>> = {
  name(condition, { signal }) {
    const text = textCondition(NAMES[signal], condition);
    // A log record without a name has no name that could fit.
    return signal === 'traces' ? text : joined('and', ['log.event_name != ""', text]);
  },
  scope: (condition) => textCondition('instrumentation_scope.name', condition),
  kind: ofSpans((condition) => words(condition, SPAN_KINDS, (kind) => `span.kind == SPAN_KIND_${kind.toUpperCase()}`)),
  status: ofSpans((condition) =>
    words(condition, STATUSES, (status) => `span.status.code == STATUS_CODE_${status.toUpperCase()}`),
  ),
  parent: ofSpans((condition) => words(condition, PARENTS, (parent) => PARENT_CONDITIONS[parent])),
  events: ofSpans((condition, { markEvents }) => markEvents(textCondition('spanevent.name', condition))),
  attributes: (condition, { signal }) => valueConditions(condition, (key) => attributePath(ITEMS[signal], key)),
  resource: (condition) => valueConditions(condition, (key) => attributePath(CONTEXTS.resource, key)),
  duration: ofSpans((condition) => {
    const length = 'span.end_time_unix_nano - span.start_time_unix_nano';
    return joined(
      'and',
      comparisonsIn(mapOf(condition) ?? {}, (sign, bound) => `${length} ${sign} ${ottlValue(bound * NANOSECONDS)}`),
    );
  }),
  llm: (condition, { signal }) =>
    `${attributePath(ITEMS[signal], OPERATION_NAME)} ${condition === true ? '!=' : '=='} nil`,
  any: (condition, scope) =>
    joined(
      'or',
      listOf(condition).map((one) => conditionOf(one, scope)),
    ),
  all: (condition, scope) =>
    joined(
      'and',
      listOf(condition).map((one) => conditionOf(one, scope)),
    ),
  not: (condition, scope) => negated(conditionOf(condition, scope)),
};

/** Bits 8 and 9 of the flags of a span say whether the parent is remote. OTTL has no bits, but whole numbers are divided. */
const REMOTE_BIT = '(span.flags / 512) - (2 * (span.flags / 1024))';

const NO_PARENT = '"0000000000000000"';

const PARENT_CONDITIONS = {
  none: `span.parent_span_id.string == ${NO_PARENT}`,
  local: `(span.parent_span_id.string != ${NO_PARENT} and ${REMOTE_BIT} == 0)`,
  remote: `(span.parent_span_id.string != ${NO_PARENT} and ${REMOTE_BIT} == 1)`,
} as const satisfies Record<(typeof PARENTS)[number], string>;

/** The condition that a span is the first of its trace. */
export const IS_ROOT = PARENT_CONDITIONS.none;

/** Translates a match that has been checked. */
export function conditionOf(match: unknown, scope: ConditionScope): string {
  const conditions = Object.entries(mapOf(match) ?? {}).map(
    ([key, condition]) => CONDITIONS[key]?.(condition, scope) ?? 'false',
  );
  return joined('and', conditions);
}

/** The opposite of a condition. */
export const negated = (condition: string): string => `not ${inParentheses(condition)}`;

/** Joins conditions; without conditions a condition that never holds. */
export function joined(word: 'and' | 'or', conditions: readonly string[]): string {
  if (conditions.length <= 1) return conditions[0] ?? 'false';
  return `(${conditions.join(` ${word} `)})`;
}

const inParentheses = (condition: string): string =>
  condition.startsWith('(') && closesAtEnd(condition) ? condition : `(${condition})`;

/** True if the first parenthesis is closed by the last character. Texts of OTTL are skipped. */
function closesAtEnd(condition: string): boolean {
  let depth = 0;
  for (const { 0: token, index } of condition.matchAll(/"(?:\\.|[^"\\])*"|[()]/g)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    if (depth === 0 && token === ')') return index === condition.length - 1;
  }
  return false;
}

/** A condition about a text that is always there. */
function textCondition(path: string, condition: unknown): string {
  const map = mapOf(condition);
  if (map !== undefined) return `IsMatch(${path}, ${ottlText(String(map.regex))})`;
  const globs = globsOf(condition);
  const [only = ''] = globs;
  return globs.length === 1 && isLiteral(only)
    ? `${path} == ${ottlText(only)}`
    : `IsMatch(${path}, ${ottlText(globPattern(globs))})`;
}

/** A condition about one of few words holds for the words that fit. */
function words<Word extends string>(
  condition: unknown,
  all: readonly Word[],
  translate: (word: Word) => string,
): string {
  const fits = compileWord(
    condition,
    all,
    optionPlace('', () => {}),
  );
  return joined('or', all.filter(fits).map(translate));
}

function valueConditions(condition: unknown, pathOf: (key: string) => string): string {
  const map = mapOf(condition) ?? {};
  return joined(
    'and',
    Object.entries(map).map(([key, one]) => valueCondition(key, pathOf(key), one)),
  );
}

function valueCondition(key: string, path: string, condition: unknown): string {
  const map = mapOf(condition);
  if (map === undefined) return plainValueCondition(key, path, listOf(condition));
  const { exists, regex } = map;
  return joined('and', [
    ...(exists === undefined ? [] : [`${path} ${exists === true ? '!=' : '=='} nil`]),
    ...comparisonsIn(map, (sign, bound) => `${path} ${sign} ${ottlValue(bound)}`),
    ...(regex === undefined ? [] : [`IsMatch(${path}, ${ottlText(String(regex))})`]),
  ]);
}

/** Globs, numbers, true and false are compared as texts. */
function plainValueCondition(key: string, path: string, values: readonly unknown[]): string {
  const globs = values.filter((value) => typeof value === 'string');
  const texts = values.filter((value) => typeof value !== 'string').map(String);
  const [only = ''] = globs;
  if (LISTS.has(key)) {
    const items = [...texts, ...globs].map((glob) => `"${globBody(glob, '[^"]')}"`);
    return `IsMatch(${path}, ${ottlText(items.join('|'))})`;
  }
  // A text that reads like a number or a boolean fits numbers and booleans too.
  const isPlainWord = values.length === 1 && globs.length === 1 && isLiteral(only) && /^[^\d.+-]/.test(only);
  if (isPlainWord && only !== 'true' && only !== 'false') return `${path} == ${ottlText(only)}`;
  return `IsMatch(${path}, ${ottlText(globPattern([...texts, ...globs]))})`;
}

function comparisonsIn(
  map: Readonly<Record<string, unknown>>,
  translate: (sign: string, bound: number) => string,
): string[] {
  return Object.entries(COMPARISONS).flatMap(([key, sign]) => {
    const bound = map[key];
    return typeof bound === 'number' ? [translate(sign, bound)] : [];
  });
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
