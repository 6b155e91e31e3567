/** TypeScript looks at texts as files of an application that has installed the build of this package. */
import { join, resolve } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../support/spawn.ts';

/** A folder inside the package, so that `@x/llm-otel` is this package and the SDKs are found. The folder need not exist. */
const FOLDER = join(ROOT, 'test/build/application');

/** The declarations of the build. */
export const DIST = join(ROOT, 'dist');

/** What applications have in strict mode, without the check of the declarations of further packages. */
export const STRICT: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
};

/** A program of texts by file name, with further files of the disk. */
export function createTypeProgram(
  texts: Readonly<Record<string, string>>,
  options: ts.CompilerOptions = STRICT,
  files: readonly string[] = [],
): ts.Program {
  const virtual = new Map(Object.entries(texts).map(([name, text]) => [join(FOLDER, name), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.getCurrentDirectory = () => ROOT;
  host.fileExists = (path) => virtual.has(resolve(path)) || fileExists(path);
  host.readFile = (path) => virtual.get(resolve(path)) ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = virtual.get(resolve(path));
    return text === undefined
      ? getSourceFile(path, languageVersion, ...rest)
      : ts.createSourceFile(path, text, languageVersion, true);
  };
  return ts.createProgram([...virtual.keys(), ...files], options, host);
}

/** Errors in one file of a program, one line an error. A name without a folder is one of the texts. */
export function errorsIn(program: ts.Program, name: string): string[] {
  const file = program.getSourceFile(resolve(FOLDER, name));
  if (file === undefined) throw new Error(`the program has no file ${name}`);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ messageText, start = 0 }) => {
      const { line } = file.getLineAndCharacterOfPosition(start);
      return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    },
  );
}
