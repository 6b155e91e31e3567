/** Packages below `node_modules`, found by folders; of the packages, package.json alone is read. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { type Manifest, readManifest } from './manifest.ts';

/** A folder below `node_modules`. */
export interface InstalledPackage {
  /** Name of the folder: the name by which an application imports the package. */
  readonly folder: string;
  readonly path: string;
  /** The path without links. */
  readonly place: string;
  /** Read when asked for the first time; undefined without a readable package.json. */
  readonly manifest: () => Manifest | undefined;
}

/** Most folders of packages that are looked at. */
const MOST_PACKAGES = 20_000;

/**
 * Finds all packages that code in `dir` or in packages of `dir` can load.
 * @param most number of packages after which no further folder is opened
 */
export function installedPackages(dir: string, most = MOST_PACKAGES): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  const open = modulesAbove(dir);
  const seen = new Set<string>();
  for (let modules = open.pop(); modules !== undefined && found.size < most; modules = open.pop()) {
    if (seen.has(modules)) continue;
    seen.add(modules);
    // The store of pnpm: every package has a folder with its own node_modules.
    for (const name of namesIn(join(modules, '.pnpm'))) open.push(join(modules, '.pnpm', name, 'node_modules'));
    for (const folder of packageNames(modules)) {
      const path = join(modules, ...folder.split('/'));
      const place = placeOf(path);
      if (place === undefined) continue;
      if (!found.has(path)) found.set(path, new Installed(folder, path, place));
      const inner = join(place, 'node_modules');
      // Links of a workspace lead out of node_modules: the folders of a package of the workspace are no business of this project.
      if (place.includes(`${sep}node_modules${sep}`) && existsSync(inner)) open.push(inner);
    }
  }
  return [...found.values()];
}

class Installed implements InstalledPackage {
  readonly folder: string;
  readonly path: string;
  readonly place: string;
  #manifest: { readonly read: Manifest | undefined } | undefined;

  constructor(folder: string, path: string, place: string) {
    this.folder = folder;
    this.path = path;
    this.place = place;
  }

  readonly manifest = (): Manifest | undefined => {
    this.#manifest ??= { read: readManifest(join(this.place, 'package.json')) };
    return this.#manifest.read;
  };
}

/** The folders in which Node looks for packages of `dir`, the nearest last. */
function modulesAbove(dir: string): string[] {
  const folders: string[] = [];
  for (let at = dir; ; at = dirname(at)) {
    folders.unshift(join(at, 'node_modules'));
    if (dirname(at) === at) return folders;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const packageNames = (modules: string): string[] =>
  namesIn(modules).flatMap((name) => {
    if (name.startsWith('.')) return [];
    return name.startsWith('@') ? namesIn(join(modules, name)).map((inner) => `${name}/${inner}`) : [name];
  });

function placeOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // a link to nowhere
  }
}
