import type { ConfigPlace } from '../../config/config-place.ts';
import { load } from '../load.ts';
import { kindOfValue } from './kind-of-value.ts';

/** A pattern of a user. */
export interface Regex {
  /** Says whether a part of `text` matches. */
  test(text: string): boolean;
  /** All matches in `text`, in order, as `[start, end)`; a match may be empty. */
  matches(text: string): readonly (readonly [start: number, end: number])[];
}

/** Compiles a pattern by RE2; undefined, and refused at `where`, if RE2 cannot use the pattern. */
export function compileRegex(source: unknown, where: ConfigPlace): Regex | undefined {
  if (typeof source !== 'string' || source === '') {
    where.refuse(`it is ${kindOfValue(source)}; expected a regular expression of RE2`);
    return undefined;
  }
  try {
    return load<typeof import('./re2.ts')>('pipeline-re2').compileRe2(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'unknown error';
    where.refuse(
      `the pattern cannot be used (${reason}); expected a regular expression of RE2, which has no look-around and no back-references`,
    );
    return undefined;
  }
}
