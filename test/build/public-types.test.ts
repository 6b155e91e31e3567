/** What applications see in the declarations: names of the package's entries, and nothing of its inside. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ENTRIES } from './entries.ts';
import { createTypeProgram, DIST, errorsIn } from './type-check.ts';

/** Names that no entry exports, each with the reason. */
const KEPT: Readonly<Record<string, string>> = {
  InstrumentationBase: 'the class of OpenTelemetry, under the name that the class has there',
  DETECTOR_NAMES: 'the list behind DetectorName; editors show the names of the list',
};

const declarations = readdirSync(DIST).filter((name) => name.endsWith('.d.cts'));
const program = createTypeProgram(
  {},
  undefined,
  declarations.map((name) => join(DIST, name)),
);
const checker = program.getTypeChecker();
const original = (symbol: ts.Symbol): ts.Symbol =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

function exportsOf(file: string): ts.Symbol[] {
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  return module === undefined ? [] : checker.getExportsOfModule(module).map(original);
}

const exported = new Set(ENTRIES.flatMap(({ types }) => exportsOf(types)));

/** Declarations of `symbol` at the top of a file of the build; none for parameters, members and other packages. */
const topDeclarations = (symbol: ts.Symbol): ts.Declaration[] =>
  (symbol.declarations ?? []).filter((node) => {
    const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
    return dirname(resolve(node.getSourceFile().fileName)) === DIST && ts.isSourceFile(statement.parent);
  });

/** Every symbol of the build that the symbols of `exports` mention, and so on. */
function symbolsReachedFrom(exports: Iterable<ts.Symbol>): Set<ts.Symbol> {
  const reached = new Set<ts.Symbol>();
  const reach = (symbol: ts.Symbol): void => {
    const found = topDeclarations(symbol);
    if (found.length === 0 || reached.has(symbol)) return;
    reached.add(symbol);
    const visit = (node: ts.Node): void => {
      const mentioned = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
      if (mentioned !== undefined) reach(original(mentioned));
      ts.forEachChild(node, visit);
    };
    for (const declaration of found) visit(declaration);
  };
  for (const symbol of exports) reach(symbol);
  return reached;
}

const reached = symbolsReachedFrom(exported);

test('every type that a signature mentions is exported by an entry, so that applications can name the type', () => {
  const hidden = [...reached].filter((symbol) => !exported.has(symbol)).map(({ name }) => name);
  expect(hidden.filter((name) => KEPT[name] === undefined)).toEqual([]);
  expect(Object.keys(KEPT).filter((name) => !hidden.includes(name))).toEqual([]);
});

// The other entries share the options of the main entry, and `start` has a part of `pipeline`.
test.each(['index', 'manual'])('the entry %s exports every type that its signatures mention', (entry) => {
  const names = exportsOf(join(DIST, `${entry}.d.cts`));
  const found = [...symbolsReachedFrom(names)].filter((symbol) => KEPT[symbol.name] === undefined);
  expect(found.length).toBeGreaterThan(40);
  expect(found.filter((symbol) => !names.includes(symbol)).map(({ name }) => name)).toEqual([]);
});

test.each(declarations)(
  '%s has no errors',
  (name) => {
    expect(errorsIn(program, join(DIST, name))).toEqual([]);
  },
  120_000,
);

test.each(declarations)('%s has no members for this package alone, and names no source file', (name) => {
  const text = readFileSync(join(DIST, name), 'utf8');
  expect(text).not.toMatch(/^\s*(?:private|#private)\b|@internal|\/\/#region|\bsrc\//m);
});

/** Packages that an application with this package has: applications need not have the SDKs. */
const PACKAGES = ['@opentelemetry/api', '@opentelemetry/instrumentation'];

test.each(declarations)('%s takes types of OpenTelemetry alone', (name) => {
  const modules = program
    .getSourceFile(join(DIST, name))
    ?.statements.flatMap((statement) =>
      ts.isImportDeclaration(statement) && ts.isStringLiteral(statement.moduleSpecifier)
        ? [statement.moduleSpecifier.text]
        : [],
    );
  const others = modules?.filter((module) => !PACKAGES.includes(module) && !module.startsWith('./'));
  expect(others).toEqual([]);
});

test.each(ENTRIES)('a class of $name is the same type for import and for require', ({ types }) => {
  const entry = basename(types, '.d.cts');
  expect(readFileSync(join(DIST, `${entry}.d.mts`), 'utf8')).toBe(`export * from './${entry}.cjs';\n`);
});

test('every name that stands for something of another file says what it is', () => {
  // The generator numbers names that two files have: `Attributes$1`.
  expect([...reached].map(({ name }) => name).filter((name) => name.includes('$'))).toEqual([]);
});
