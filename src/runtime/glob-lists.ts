import { compileGlobs, type TestText } from './glob.ts';

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
