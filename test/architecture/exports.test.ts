/** An export without an import need not be an export, and code without a use need not exist. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { filesIn, ROOT, type Source, sources } from './sources.ts';

/** Faces of the package: every export is public. */
const PUBLIC = /^(?:src\/[\w-]+\.ts|src\/testing\/index\.ts|register\/index\.ts)$/;

/** Exports without an import, each with the reason to stay. */
const KEPT: Readonly<Record<string, string>> = {};

/** Every name of a file: `export *`, `import *`, a type of the whole module. */
const ALL = '*';

const target = (from: string, name: string): string | undefined =>
  name.startsWith('.') ? relative(ROOT, join(ROOT, dirname(from), name)).replaceAll('\\', '/') : undefined;

/** Names imported by the file `path`, as `file#name`. */
function takenBy(path: string, tree: ts.SourceFile): string[] {
  const taken: string[] = [];
  const take = (specifier: ts.Node | undefined, names: readonly string[]): void => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const file = target(path, specifier.text);
    if (file !== undefined) taken.push(...names.map((name) => `${file}#${name}`));
  };
  const named = (elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[]): string[] =>
    elements.map(({ propertyName, name }) => (propertyName ?? name).text);
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      take(
        node.moduleSpecifier,
        bindings !== undefined && ts.isNamedImports(bindings) ? named(bindings.elements) : [ALL],
      );
    } else if (ts.isExportDeclaration(node)) {
      const clause = node.exportClause;
      take(node.moduleSpecifier, clause !== undefined && ts.isNamedExports(clause) ? named(clause.elements) : [ALL]);
    } else if (ts.isImportTypeNode(node)) {
      const [name] = node.qualifier?.getText(tree).split('.') ?? [];
      take(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, [name ?? ALL]);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      take(node.arguments[0], [ALL]);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return taken;
}

/**
 * Names declared and exported by a file. A type with a use in the same file is left out: the type is part of the
 * signature of an export.
 */
function exportedBy({ tree, text }: Source): string[] {
  return tree.statements.flatMap((statement) => {
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText(tree));
    const name = (statement as ts.Statement & { name?: ts.Identifier }).name?.text;
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    if (name === undefined || (isType && text.split(new RegExp(`\\b${name}\\b`)).length > 2)) return [];
    return [name];
  });
}

/** Files beside the sources, with imports from the sources. */
const others = ['test', 'bench', 'scripts', 'examples']
  .flatMap(filesIn)
  .filter((path) => /\.(?:ts|mjs)$/.test(path) && !/node_modules|\/\.run-/.test(path))
  .map((path) => ({
    path,
    tree: ts.createSourceFile(path, readFileSync(join(ROOT, path), 'utf8'), ts.ScriptTarget.Latest, true),
  }));

const taken = new Set([...sources, ...others].flatMap(({ path, tree }) => takenBy(path, tree)));

/** Files loaded by name from the build: every export may be read at run time. */
const PARTS = new Set(readFileSync(join(ROOT, 'tsdown.config.ts'), 'utf8').match(/\b(?:src|register)\/[\w/-]+\.ts/g));

test('every export of src and register is imported somewhere', () => {
  const unused = sources
    .filter(({ path }) => !PUBLIC.test(path) && !PARTS.has(path) && !taken.has(`${path}#${ALL}`))
    .flatMap((source) => exportedBy(source).map((name) => `${source.path}#${name}`))
    .filter((name) => !taken.has(name) && KEPT[name] === undefined);
  expect(unused).toEqual([]);
});

test('the list of kept exports names nothing that is used or gone', () => {
  const exported = new Set(sources.flatMap((source) => exportedBy(source).map((name) => `${source.path}#${name}`)));
  expect(Object.keys(KEPT).filter((name) => taken.has(name) || !exported.has(name))).toEqual([]);
});
