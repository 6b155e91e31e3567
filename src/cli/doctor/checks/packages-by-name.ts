import type { InstalledPackage } from '../project/package-folders.ts';

/** The copies of a package: folders of any name count by the name in package.json. */
export function copiesOf(packages: readonly InstalledPackage[], name: string): InstalledPackage[] {
  const copies = new Map<string, InstalledPackage>();
  for (const found of packages) if (found.folder === name && !copies.has(found.place)) copies.set(found.place, found);
  return [...copies.values()];
}

/** Version of a package, for messages. */
export const versionText = ({ manifest }: InstalledPackage): string => manifest()?.version ?? 'of unknown version';
