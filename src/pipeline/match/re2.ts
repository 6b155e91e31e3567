/** Patterns of users, by the engine RE2: linear time, whatever the pattern and the text. Loaded when a pattern is used. */
import { RE2JS } from 're2js';
import type { Regex } from './compile-regex.ts';

/** Compiles a pattern. Throws an error that says what RE2 does not have. */
export function compileRe2(source: string): Regex {
  const regex = RE2JS.compile(source);
  return {
    test: (text) => regex.test(text),
    matches(text) {
      const found: [start: number, end: number][] = [];
      const matcher = regex.matcher(text);
      while (matcher.find()) found.push([matcher.start(), matcher.end()]);
      return found;
    },
  };
}
