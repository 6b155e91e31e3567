/** Files of the build that are made of chosen sources, by their paths. Throws if a path stands for no source any more. */
import type { Plugin } from 'rolldown';

/** One file of the build, by paths in `src` without extension, each a pattern. */
export interface ChunkGroup {
  /** Name of the file. */
  readonly name: string;
  /** Sources that go into the file. */
  readonly paths: readonly string[];
  /** Sources that would be in `paths` and are not. */
  readonly except?: readonly string[];
}

/** Does `path` stand for the source `id`? Never for the declarations of a source, which are built beside. */
const matches = (path: string, id: string): boolean =>
  new RegExp(`/src/(?:${path})(?<!\\.d)\\.ts$`).test(id.replaceAll('\\', '/'));

/** Is the source `id` of `group`? */
export function isInGroup({ paths, except = [] }: ChunkGroup, id: string): boolean {
  return paths.some((path) => matches(path, id)) && !except.some((path) => matches(path, id));
}

/** Paths of `groups` that match none of the sources `ids`. */
export function idlePaths(groups: readonly ChunkGroup[], ids: readonly string[]): string[] {
  return groups.flatMap(({ name, paths, except = [] }) =>
    [...paths, ...except].filter((path) => !ids.some((id) => matches(path, id))).map((path) => `${name}: ${path}`),
  );
}

/** The groups as rolldown wants them; a source that several groups name goes into the first. */
export function codeSplitting(groups: readonly ChunkGroup[]) {
  return {
    groups: groups.map((group, index) => ({
      name: group.name,
      priority: groups.length - index,
      test: (id: string) => isInGroup(group, id),
    })),
  };
}

/** The plug-in of the build that looks for paths without a source. */
export function checkChunkGroups(groups: readonly ChunkGroup[]): Plugin {
  return {
    name: 'chunk-groups',
    generateBundle() {
      const idle = idlePaths(groups, [...this.getModuleIds()]);
      if (idle.length > 0)
        throw new Error(`chunk-groups: no source matches ${idle.join(', ')}; mend the groups of tsdown.config.ts`);
    },
  };
}
