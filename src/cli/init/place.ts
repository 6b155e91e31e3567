import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../doctor/project/manifest.ts';

/** A project with changes in memory, so that a place sees the changes of the places before. */
export interface InitProject {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly paths: readonly string[];
  /** The text of a file with all changes so far; undefined for a missing file. */
  read(path: string): string | undefined;
  /** Changes or makes a file. */
  change(path: string, text: string): void;
  /** Tells a change for a person. */
  note(message: string): void;
}

/** A place of a project with start lines of programs. */
export interface Place {
  /** Whether the project has the place. */
  applies(project: InitProject): boolean;
  /** Changes the project so that the place loads `register`; a place with `register` is left alone. */
  change(project: InitProject): void;
}

/** Project with changes in memory. */
export class ChangedProject implements InitProject {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly paths: readonly string[];
  readonly notes: string[] = [];
  readonly #changed = new Map<string, string>();

  constructor(dir: string, manifest: Manifest, paths: readonly string[]) {
    this.dir = dir;
    this.manifest = manifest;
    this.paths = paths;
  }

  read(path: string): string | undefined {
    return this.#changed.get(path) ?? this.before(path);
  }

  /** The text on the disk. */
  before(path: string): string | undefined {
    try {
      return readFileSync(join(this.dir, path), 'utf8');
    } catch {
      return undefined;
    }
  }

  change(path: string, text: string): void {
    if (text !== this.read(path)) this.#changed.set(path, text);
  }

  note(message: string): void {
    this.notes.push(message);
  }

  /** The changed files with their new texts. */
  changes(): readonly (readonly [path: string, text: string])[] {
    return [...this.#changed];
  }
}

/** The ends of the lines of a text. */
export const lineEnd = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
