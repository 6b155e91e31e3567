import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Most files of a project. */
const MOST_FILES = 20_000;
/** Largest file to read. */
const MOST_BYTES = 1024 * 1024;
/** Folders with foreign code, or with generated code. */
const SKIPPED = /^(?:node_modules|\..+|dist|build|out|coverage|vendor)$/;

/** The files of a project by their paths from the folder of the project, with `/`. */
export class ProjectFiles {
  readonly dir: string;
  readonly paths: readonly string[];
  readonly #texts = new Map<string, string | undefined>();

  /** @param most number of files, nearest to `dir` first */
  constructor(dir: string, most = MOST_FILES) {
    this.dir = dir;
    this.paths = pathsIn(dir, most);
  }

  /** The text of a file; undefined for a missing file, and for a file too large to be a source. */
  read(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, textOf(join(this.dir, path)));
    return this.#texts.get(path);
  }

  /** Files whose name matches, with their texts. */
  matching(name: RegExp): { readonly path: string; readonly text: string }[] {
    return this.paths
      .filter((path) => name.test(path))
      .flatMap((path) => {
        const text = this.read(path);
        return text === undefined ? [] : [{ path, text }];
      });
  }

  /** JavaScript and TypeScript. */
  sources(): { readonly path: string; readonly text: string }[] {
    return this.matching(/\.[cm]?[jt]sx?$/).filter(({ path }) => !path.endsWith('.d.ts'));
  }
}

function pathsIn(dir: string, most: number): string[] {
  const paths: string[] = [];
  const open = [''];
  for (let folder = open.shift(); folder !== undefined; folder = open.shift())
    for (const entry of entriesIn(join(dir, folder))) {
      if (paths.length >= most) return paths;
      const path = folder + entry.name;
      if (entry.isDirectory()) {
        if (!SKIPPED.test(entry.name)) open.push(`${path}/`);
      } else if (entry.isFile()) paths.push(path);
    }
  return paths;
}

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // no permission
  }
}

function textOf(file: string): string | undefined {
  try {
    return statSync(file).size > MOST_BYTES ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
