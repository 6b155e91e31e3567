import type { ConfigPlace } from '../../../config/config-place.ts';
import { compileGlobList } from '../../match/text-condition.ts';

/** Most keys of which an answer is kept: items have the same keys again and again, unless a key holds an id. */
const MOST_KEYS = 2000;

/** Keeps the answers of `answer` for the keys that come again. */
export function rememberKeys<Answer>(answer: (key: string) => Answer): (key: string) => Answer {
  const known = new Map<string, Answer>();
  return (key) => {
    let found = known.get(key);
    if (found === undefined) {
      found = answer(key);
      if (known.size >= MOST_KEYS) known.clear();
      known.set(key, found);
    }
    return found;
  };
}

/** Compiles globs of keys; `fallback` where the option is not set. */
export function compileKeys(globs: unknown, where: ConfigPlace, fallback: boolean): (key: string) => boolean {
  if (globs === undefined || globs === null) return () => fallback;
  return rememberKeys(compileGlobList(globs, where));
}
