import { type ConfigPlace, watchedPlace } from '../../config/config-place.ts';
import { kindOfValue, mapOf, ownValue } from './kind-of-value.ts';
import { type MatchSubject, PARENTS, SPAN_KINDS, STATUSES } from './match-subject.ts';
import { compileText, compileWord, NEVER } from './text-condition.ts';
import { compileRange, compileValue, refuseKey } from './value-condition.ts';

/** Says whether a span or a log record matches. Never throws. */
export type Matches = (subject: MatchSubject) => boolean;

/** Most levels of `any`, `all` and `not`. */
const DEEPEST = 20;

/** Attribute that every LLM span has. A literal: the file of all names belongs to the recording of calls. */
const OPERATION_NAME = 'gen_ai.operation.name';

type CompileCondition = (condition: unknown, where: ConfigPlace, depth: number) => Matches;

/** One row a condition. */
const CONDITIONS: Readonly<Record<string, CompileCondition>> = {
  name: (condition, where) => text(compileText(condition, where), ({ name }) => name),
  scope: (condition, where) => text(compileText(condition, where), ({ scope }) => scope),
  kind: (condition, where) => text(compileWord(condition, SPAN_KINDS, where), ({ kind }) => kind),
  status: (condition, where) => text(compileWord(condition, STATUSES, where), ({ status }) => status),
  parent: (condition, where) => text(compileWord(condition, PARENTS, where), ({ parent }) => parent),
  events(condition, where) {
    const test = compileText(condition, where);
    return ({ events }) => events?.some(test) ?? false;
  },
  attributes: (condition, where) => values(condition, where, ({ attributes }) => attributes),
  resource: (condition, where) => values(condition, where, ({ resource }) => resource),
  duration: (condition, where) => text(compileRange(condition, where), ({ duration }) => duration),
  llm(condition, where) {
    if (typeof condition === 'boolean')
      return ({ attributes }) => (ownValue(attributes, OPERATION_NAME) !== undefined) === condition;
    where.refuse(`it is ${kindOfValue(condition)}; expected true or false`);
    return NEVER;
  },
  any(condition, where, depth) {
    const matches = compileList(condition, where, depth);
    return (subject) => matches.some((match) => match(subject));
  },
  all: (condition, where, depth) => allOf(compileList(condition, where, depth)),
  not(condition, where, depth) {
    const matches = compile(condition, where, depth + 1);
    return (subject) => !matches(subject);
  },
};

const KEYS = Object.keys(CONDITIONS);

/**
 * Compiles a match: a map of conditions that all have to hold. What cannot be used is refused at its place below `where`;
 * a match with a refused part never matches, within `not` neither. Never throws.
 *
 * @param match the map, as a configuration file has the map
 * @param where place of the map
 */
export function compileMatch(match: unknown, where: ConfigPlace): Matches {
  let isRefused = false;
  const matches = compile(
    match,
    watchedPlace(where, () => {
      isRefused = true;
    }),
    0,
  );
  return isRefused ? NEVER : matches;
}

function compile(match: unknown, where: ConfigPlace, depth: number): Matches {
  const map = mapOf(match);
  if (map === undefined || Object.keys(map).length === 0) {
    where.refuse(`it is ${map === undefined ? kindOfValue(match) : 'an empty map'}; expected a map of conditions`);
    return NEVER;
  }
  if (depth > DEEPEST) {
    where.refuse(`conditions are nested too deep; expected at most ${DEEPEST} levels`);
    return NEVER;
  }
  return allOf(
    Object.entries(map).map(([key, condition]) => {
      const compileCondition = ownValue(CONDITIONS, key) as CompileCondition | undefined;
      if (compileCondition !== undefined) return compileCondition(condition, where.at(key), depth);
      refuseKey(key, KEYS, where.at(key));
      return NEVER;
    }),
  );
}

function compileList(list: unknown, where: ConfigPlace, depth: number): readonly Matches[] {
  if (Array.isArray(list) && list.length > 0)
    return list.map((match, index) => compile(match, where.at(index), depth + 1));
  where.refuse(`it is ${kindOfValue(list)}; expected a list of matches`);
  return [NEVER];
}

/** A condition about a field. */
const text =
  <Value>(test: (value: Value) => boolean, read: (subject: MatchSubject) => Value | undefined): Matches =>
  (subject) => {
    const value = read(subject);
    return value !== undefined && test(value);
  };

/** Conditions about attributes, by exact key. */
function values(
  condition: unknown,
  where: ConfigPlace,
  read: (subject: MatchSubject) => Readonly<Record<string, unknown>>,
): Matches {
  const map = mapOf(condition);
  if (map === undefined) {
    where.refuse(`it is ${kindOfValue(condition)}; expected a map of attributes`);
    return NEVER;
  }
  const tests = Object.entries(map).map(([key, one]) => [key, compileValue(one, where.at(key))] as const);
  return (subject) => {
    const attributes = read(subject);
    for (const [key, test] of tests) if (!test(ownValue(attributes, key))) return false;
    return true;
  };
}

function allOf(matches: readonly Matches[]): Matches {
  const [only] = matches;
  if (matches.length === 1 && only !== undefined) return only;
  return (subject) => {
    for (const match of matches) if (!match(subject)) return false;
    return true;
  };
}
