import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { filesIn, ROOT, sources } from './sources.ts';

/** Files that may be longer, and why. */
const LONG: Readonly<Record<string, string>> = {};

const CODE = /\.(?:ts|tsx|mjs|cjs)$/;
const everything = ['src', 'register', 'test', 'bench', 'examples', 'scripts']
  .flatMap(filesIn)
  .filter((path) => CODE.test(path) && !path.includes('/node_modules/') && !/\/\.run-/.test(path));

/** Most files in one folder: more of them are read as an alphabetical list. */
const MOST_FILES = 15;

describe('files', () => {
  test('are at most 300 lines long, tests 500', () => {
    const long = everything
      .map((path) => [path, readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n').length] as const)
      .filter(([path, lines]) => lines > (path.startsWith('test/') ? 500 : 300) && LONG[path] === undefined);
    expect(long.map(([path, lines]) => `${path}: ${lines}`)).toEqual([]);
  });

  test('are named in kebab-case', () => {
    const odd = everything.filter((path) => !/^(?:[a-z0-9.-]+\/)*[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(path));
    expect(odd).toEqual([]);
  });

  test('leave nothing to do', () => {
    const mark = new RegExp(`\\b(?:${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b`);
    expect(everything.filter((path) => mark.test(readFileSync(join(ROOT, path), 'utf8')))).toEqual([]);
  });

  test(`stand in folders of at most ${MOST_FILES}`, () => {
    const folders = grouped(
      everything.filter((path) => /^(?:src|register)\//.test(path)),
      dirname,
    );
    const full = [...folders].filter(([, files]) => files.length > MOST_FILES);
    expect(full.map(([folder, files]) => `${folder}: ${files.length}`)).toEqual([]);
  });

  test('of src and register have names of their own, except index and the files that every provider has', () => {
    const named = grouped(
      sources.map(({ path }) => path).filter((path) => !path.startsWith('src/providers/')),
      (path) => basename(path),
    );
    const shared = [...named].filter(([name, paths]) => name !== 'index.ts' && paths.length > 1);
    expect(shared.map(([, paths]) => paths)).toEqual([]);
  });
});

/** `paths` by what `keyOf` says of each. */
function grouped(paths: readonly string[], keyOf: (path: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) groups.set(keyOf(path), [...(groups.get(keyOf(path)) ?? []), path]);
  return groups;
}

/** Names that say it all: constants named after the attribute they hold. */
const SELF_EXPLANATORY = new Set(['src/facts/semconv.ts']);

test('every exported symbol of src says what it is', () => {
  const silent = sources
    .filter(({ path }) => path.startsWith('src/') && !SELF_EXPLANATORY.has(path))
    .flatMap(({ path, tree }) => {
      const seen = new Set<string>();
      return tree.statements.flatMap((statement) => {
        const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
        if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
        const name = nameOf(statement);
        // Later overloads are covered by the first.
        if (seen.has(name)) return [];
        seen.add(name);
        return ts.getJSDocCommentsAndTags(statement).length > 0 ? [] : [`${path}: ${name}`];
      });
    });
  expect(silent).toEqual([]);
});

function nameOf(statement: ts.Statement): string {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText()).join(', ');
  return (statement as ts.Statement & { name?: ts.Identifier }).name?.text ?? 'default';
}
