/** Globs: `*` stands for any text, `?` for one character. Linear in the length of the text, whatever the glob. */

/** Says whether a text matches. */
export type TestText = (text: string) => boolean;

/** Compiles a glob. Most globs have one `*` at an end, or none at all. */
export function compileGlob(glob: string): TestText {
  if (glob.includes('?')) return compileParts(glob);
  const parts = glob.split(/\*+/);
  const [first = '', second = ''] = parts;
  if (parts.length === 1) return (text) => text === glob;
  if (parts.length > 2) return compileParts(glob);
  if (second === '') return first === '' ? () => true : (text) => text.startsWith(first);
  if (first === '') return (text) => text.endsWith(second);
  const least = first.length + second.length;
  return (text) => text.length >= least && text.startsWith(first) && text.endsWith(second);
}

/** Compiles globs: a text matches if one glob does. */
export function compileGlobs(globs: readonly string[]): TestText {
  const plain = new Set(globs.filter((glob) => !/[*?]/.test(glob)));
  const tests = globs.filter((glob) => !plain.has(glob)).map(compileGlob);
  const [only] = tests;
  if (plain.size === 0 && tests.length === 1 && only !== undefined) return only;
  if (tests.length === 0) return (text) => plain.has(text);
  return (text) => plain.has(text) || tests.some((test) => test(text));
}

/** The parts between stars as characters: a character beyond U+FFFF is one. */
function compileParts(glob: string): TestText {
  const [first = [], ...rest] = glob.split(/\*+/).map((part) => [...part]);
  const last = rest.pop();
  return (text) => {
    const characters = [...text];
    if (!isAt(characters, first, 0)) return false;
    if (last === undefined) return characters.length === first.length;
    const end = characters.length - last.length;
    let at = first.length;
    for (const part of rest) {
      at = placeAfter(characters, part, at, end);
      if (at < 0) return false;
    }
    return at <= end && isAt(characters, last, end);
  };
}

/** The end of the first occurrence of `part` in `characters` from `from` on, before `limit`; -1 if there is none. */
function placeAfter(characters: readonly string[], part: readonly string[], from: number, limit: number): number {
  for (let at = from; at + part.length <= limit; at++) if (isAt(characters, part, at)) return at + part.length;
  return -1;
}

function isAt(characters: readonly string[], part: readonly string[], at: number): boolean {
  if (at < 0 || at + part.length > characters.length) return false;
  return part.every((character, i) => character === '?' || character === characters[at + i]);
}

/** Names by globs; an excluded name goes before an included name. */
export interface GlobLists {
  /** Default: every name. */
  readonly included?: readonly string[] | undefined;
  readonly excluded?: readonly string[] | undefined;
}

/** Whether `lists` keep a name. */
export function nameFilter({ included = ['*'], excluded = [] }: GlobLists): TestText {
  const [isIncluded, isExcluded] = [compileGlobs(included), compileGlobs(excluded)];
  return (name) => isIncluded(name) && !isExcluded(name);
}
