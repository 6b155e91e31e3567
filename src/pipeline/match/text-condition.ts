import { type ConfigPlace, watchedPlace } from '../../config/config-place.ts';
import { compileGlobs, type TestText } from '../../runtime/glob.ts';
import { compileRegex } from './compile-regex.ts';
import { kindOfValue, mapOf } from './kind-of-value.ts';

/** A condition that was refused never holds. */
export const NEVER = (): false => false;

/**
 * A test that no value but a text passes: an application in plain JavaScript may name a span by a number, and an event by nothing,
 * and a condition is tested within the application's call of `startSpan()`.
 */
const textOnly =
  (test: TestText): TestText =>
  (text: unknown) =>
    typeof text === 'string' && test(text);

/** Compiles a glob, a list of globs, or `{regex}`. */
export function compileText(condition: unknown, where: ConfigPlace): TestText {
  const map = mapOf(condition);
  if (map !== undefined && Object.keys(map).length === 1 && Object.hasOwn(map, 'regex')) {
    const regex = compileRegex(map.regex, where.at('regex'));
    return regex === undefined ? NEVER : textOnly((text) => regex.test(text));
  }
  const globs = globsOf(condition);
  if (globs !== undefined) return textOnly(compileGlobs(globs));
  where.refuse(`it is ${kindOfValue(condition)}; expected a glob, a list of globs, or a map with the key regex`);
  return NEVER;
}

/** Compiles a glob or a list of globs. */
export function compileGlobList(list: unknown, where: ConfigPlace): TestText {
  const globs = globsOf(list);
  if (globs !== undefined) return textOnly(compileGlobs(globs));
  where.refuse(`it is ${kindOfValue(list)}; expected a glob or a list of globs`);
  return NEVER;
}

/** Compiles a condition about one of few words: a condition that holds for no word is refused. */
export function compileWord<Word extends string>(
  condition: unknown,
  words: readonly Word[],
  where: ConfigPlace,
): (word: Word) => boolean {
  let isRefused = false;
  const watched = watchedPlace(where, () => {
    isRefused = true;
  });
  const allowed = new Set(words.filter(compileText(condition, watched)));
  if (allowed.size === 0 && !isRefused) where.refuse(`no word matches; expected one of ${words.join(', ')}`);
  return (word) => allowed.has(word);
}

function globsOf(list: unknown): readonly string[] | undefined {
  if (typeof list === 'string') return [list];
  const isList = Array.isArray(list) && list.length > 0 && list.every((glob) => typeof glob === 'string');
  return isList ? list : undefined;
}
