/**
 * Finds the SDK that a loaded file belongs to. The `name` in the nearest package.json decides, not the name of the folder:
 * npm aliases (`"llm": "npm:openai@7"`), linked packages and packages of a workspace stand in folders of any name.
 *
 * The functions of this file also run in the loader thread, which gets only their source text: a function may name its
 * parameters and functions of this file, and nothing else. test/patching/loading/async-loader.test.ts runs the text of the
 * build.
 */

/** The files of an npm package: paths from the root of the package, without extension. */
export interface PackageFiles {
  /** npm name of the package, or a scope with all packages of the scope: `@ai-sdk/*`. */
  readonly module: string;
  readonly files: readonly string[];
}

/** Packages whose classes are reached by no export: listeners get the classes as bindings. */
export interface Companions extends PackageFiles {
  /** Source of a pattern for the names of the classes. A file without such a class is left alone. */
  readonly classes: string;
}

/** The used part of `node:fs`. */
export interface PackageReader {
  existsSync(path: string): boolean;
  readFileSync(path: string, encoding: 'utf8'): string;
}

/** Names of the packages in the folders seen so far; an empty name stands for a folder that is the root of no package. */
export type PackageNames = Map<string, string>;

/** An entry of a list of packages, and the npm name of the package found. */
export interface FoundPackage<Entry> {
  readonly entry: Entry;
  readonly name: string;
}

/** Returns the entry of `packages` with the file at `location`, a path or a URL. */
export function findPackage<Entry extends PackageFiles>(
  location: string,
  packages: readonly Entry[],
  names: PackageNames,
  reader: PackageReader,
): FoundPackage<Entry> | undefined {
  const stem = fileStem(location);
  if (stem === undefined) return undefined;
  for (const entry of packages) {
    for (const file of entry.files) {
      if (!stem.endsWith(file) || stem.charAt(stem.length - file.length - 1) !== '/') continue;
      const name = packageName(stem.slice(0, stem.length - file.length - 1), names, reader);
      if (isNameOf(entry.module, name)) return { entry, name };
    }
  }
  return undefined;
}

/** Is `name` the npm name `module`, or the name of a package of the scope `module`? */
export function isNameOf(module: string, name: string): boolean {
  return module.endsWith('/*') ? name.startsWith(module.slice(0, -1)) : name === module;
}

/** The path of a JavaScript file with forward slashes, without extension and query; `undefined` for all other files. */
export function fileStem(location: string): string | undefined {
  const script = /\.[cm]?js(?:[?#].*)?$/s.exec(location);
  if (script === null) return undefined;
  const path = location.slice(0, script.index).replaceAll('\\', '/');
  if (!path.startsWith('file:')) return path;
  try {
    return decodeURIComponent(path.replace(/^file:\/\/(?:\/(?=[A-Za-z]:\/))?/, ''));
  } catch {
    return undefined;
  }
}

/** The name of the package with the root `folder`. Without a readable name, the folder below `node_modules` is the name. */
export function packageName(folder: string, names: PackageNames, reader: PackageReader): string {
  const cached = names.get(folder);
  if (cached !== undefined) return cached;
  let name: unknown;
  try {
    const manifest = `${folder}/package.json`;
    if (reader.existsSync(manifest)) name = JSON.parse(reader.readFileSync(manifest, 'utf8')).name;
  } catch {
    // no JSON, or no permission: the folder has to do
  }
  const found = typeof name === 'string' ? name : (/\/node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(folder)?.[1] ?? '');
  names.set(folder, found);
  return found;
}

/**
 * Marks in the URLs of modules that a test tool puts in place of a module: esmock 2, quibble (testdouble 3), and `mock.module`
 * of node:test. A resolver of esmock gives every import of such a module a longer URL, the import of a module by itself too.
 */
export function isMocked(url: string): boolean {
  return /[?&#](?:esmk|__quibble|node-test-mock)/.test(url);
}
