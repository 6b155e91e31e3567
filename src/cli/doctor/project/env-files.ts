import { parseEnv } from 'node:util';
import type { ProjectFiles } from './project-files.ts';
import type { StartLine } from './start-lines.ts';

/** A file with variables. */
export interface EnvFile {
  readonly path: string;
  readonly variables: Readonly<Record<string, string>>;
  /** A line that starts a program loads the file, or a framework or package does. */
  readonly isLoaded: boolean;
}

const EXAMPLE = /\.(?:example|sample|template|dist|defaults?)$/;

/** The `.env` files of the folder of the project. */
export function envFiles(files: ProjectFiles, starts: readonly StartLine[], loadsItself: boolean): EnvFile[] {
  return files.paths
    .filter((path) => /^\.env(?:\.[\w.-]+)?$/.test(path) && !EXAMPLE.test(path))
    .map((path) => {
      const isNamed = starts.some(({ text }) =>
        new RegExp(`--env-file(?:-if-exists)?[=\\s]+(?:\\./)?${path.replaceAll('.', '\\.')}(?:\\s|"|'|$)`).test(text),
      );
      return { path, variables: variablesOf(files.read(path) ?? ''), isLoaded: isNamed || loadsItself };
    });
}

function variablesOf(text: string): Record<string, string> {
  try {
    return parseEnv(text) as Record<string, string>;
  } catch {
    return {};
  }
}
