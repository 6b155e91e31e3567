/** Names by globs; an excluded name goes before an included name. */
export interface GlobLists {
  /** Default: every name. */
  readonly included?: readonly string[];
  readonly excluded?: readonly string[];
}

/** Whether `lists` keep a name. */
export function nameFilter({ included, excluded = [] }: GlobLists): (name: string) => boolean {
  const keep = included?.map(globPattern);
  const drop = excluded.map(globPattern);
  return (name) =>
    (keep === undefined || keep.some((pattern) => pattern.test(name))) && !drop.some((pattern) => pattern.test(name));
}

/** `*` stands for any text, `?` for any character. */
function globPattern(glob: string): RegExp {
  const escaped = glob.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
