/** The tables of docs/contributing name files and symbols of the code; every name has to exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../support/spawn.ts';

const FOLDER = join(ROOT, 'docs/contributing');

/** A row of a table with the columns `file` and `symbol`. */
interface Row {
  readonly file: string;
  /** Empty if the row names the file alone. */
  readonly symbol: string;
}

const bare = (cell: string | undefined): string => (cell ?? '').trim().replaceAll('`', '');

/** The rows of every table of a page that has the columns `file` and `symbol`. */
function rowsOf(page: string): Row[] {
  let columns: string[] = [];
  return page.split('\n').flatMap((line) => {
    if (!line.startsWith('|')) {
      columns = [];
      return [];
    }
    const cells = line.split('|').slice(1, -1).map(bare);
    if (columns.length === 0) {
      columns = cells;
      return [];
    }
    if (!columns.includes('file') || cells.every((cell) => /^-+$/.test(cell))) return [];
    return [{ file: cells[columns.indexOf('file')] ?? '', symbol: cells[columns.indexOf('symbol')] ?? '' }];
  });
}

function isDeclaration(node: ts.Node): node is ts.Node & { readonly name?: ts.Node } {
  return [
    ts.isFunctionDeclaration,
    ts.isClassDeclaration,
    ts.isInterfaceDeclaration,
    ts.isTypeAliasDeclaration,
    ts.isVariableDeclaration,
    ts.isClassElement,
    ts.isTypeElement,
  ].some((isKind) => isKind(node));
}

/** Names that a file declares at any depth: `name`, and `Class.member` for members of classes and interfaces. */
function declaredIn(file: string): ReadonlySet<string> {
  const tree = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const names = new Set<string>();
  const visit = (node: ts.Node, owner: string | undefined): void => {
    const name = isDeclaration(node) ? node.name?.getText(tree) : undefined;
    const isMember = ts.isClassElement(node) || ts.isTypeElement(node);
    if (name !== undefined && !isMember) names.add(name);
    else if (name !== undefined && owner !== undefined) names.add(`${owner}.${name}`);
    const inside = ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) ? name : undefined;
    ts.forEachChild(node, (child) => visit(child, inside));
  };
  visit(tree, undefined);
  return names;
}

test('rows are read and names are found', () => {
  const page =
    '| word | file | symbol |\n|---|---|---|\n| a | `x.ts` | `A.#b` |\n| c | `y.ts` | |\n\n| other |\n|---|\n| d |';
  expect(rowsOf(page)).toEqual([
    { file: 'x.ts', symbol: 'A.#b' },
    { file: 'y.ts', symbol: '' },
  ]);
  const names = declaredIn('src/telemetry/call/operation.ts');
  expect(names.has('Operation.#finish')).toBe(true);
  expect(names.has('finish')).toBe(false);
});

const pages = readdirSync(FOLDER).map((name) => [name, rowsOf(readFileSync(join(FOLDER, name), 'utf8'))] as const);

describe.each(pages.filter(([, rows]) => rows.length > 0))('%s', (_name, rows) => {
  test.each(rows.map(({ file, symbol }) => [file, symbol]))('%s has %s', (file, symbol) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    if (symbol !== '') expect([...declaredIn(file)]).toContain(symbol);
  });
});

test.each([
  ['life-of-a-call.md', 30],
  ['life-of-a-stream.md', 25],
  ['life-of-an-exit.md', 15],
  ['glossary.md', 30],
])('%s has at least %i rows', (name, least) => {
  expect(pages.find(([page]) => page === name)?.[1].length).toBeGreaterThanOrEqual(least);
});

test('the glossary is in the order of the alphabet', () => {
  const words = readFileSync(join(FOLDER, 'glossary.md'), 'utf8')
    .split('\n')
    .flatMap((line) => /^\| (?!word \|)([\w-][^|]*) \|/.exec(line)?.[1]?.toLowerCase() ?? []);
  const letters = (word: string): string => word.replaceAll(/[^a-z]/g, '');
  expect(words).toEqual(words.toSorted((a, b) => (letters(a) < letters(b) ? -1 : 1)));
});
