/** Packages of the application: register loads packages that the application has installed beside this package. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Finds and loads packages of the application. */
export interface InstalledPackages {
  /** File of the package; undefined if the package is not installed. */
  resolve(name: string): string | undefined;
  /** Exports of the package. Throws if the package throws. */
  load(name: string): unknown;
}

/** Folders in which the search begins: of the program, of the process, and of this package. */
function places(): readonly string[] {
  const program = process.argv[1];
  return [...(program === undefined ? [] : [folderOf(program)]), process.cwd(), __dirname];
}

function folderOf(program: string): string {
  try {
    return dirname(realpathSync(program)); // the program of an npm script is a link
  } catch {
    return dirname(program);
  }
}

/**
 * Packages as the application finds them.
 * @param beside file of a package whose dependencies count too
 */
export function installedPackages(beside?: string): InstalledPackages {
  const starts = places().map((folder) => join(folder, 'index.js'));
  const requires = [...starts, ...(beside === undefined ? [] : [beside])].map((start) => createRequire(start));
  const find = (name: string): { file: string; require: NodeJS.Require } | undefined => {
    for (const require of requires) {
      try {
        return { file: require.resolve(name), require };
      } catch {
        // not installed for this place
      }
    }
    return undefined;
  };
  return {
    resolve: (name) => find(name)?.file,
    load: (name) => {
      const found = find(name);
      if (found === undefined) throw new Error(`${name} is not installed`);
      return found.require(found.file) as unknown;
    },
  };
}

/** Names of the dependencies of the package with this file. The file with the names need not be among the exports of the package. */
export function dependenciesOf(file: string, name: string): readonly string[] {
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (!existsSync(path)) continue;
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; dependencies?: object };
    if (manifest.name === name) return Object.keys(manifest.dependencies ?? {});
  }
  return [];
}
