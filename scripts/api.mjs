// Writes etc/api/public.api.md, the public declarations of every entry, from the declarations in dist; a change of the public
// API shows in the diff.
//   npm run api                 builds and writes
//   npm run api -- --check      builds and fails if the file differs from the build
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

const FILE = 'etc/api/public.api.md';
const DIST = resolve('dist');

/** Entry of the package to its declarations: `@x/llm-otel/manual` to `dist/manual.d.cts`. */
function entries() {
  const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  return Object.entries(exports)
    .filter(([, target]) => typeof target === 'object' && target.require?.types !== undefined)
    .map(([path, target]) => [name + path.slice(1), resolve(target.require.types)]);
}

const printer = ts.createPrinter({ removeComments: true });

const isPrivate = (member) =>
  (member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
  ts.getModifiers(member)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) === true;

/** A declaration as text: no comments, no private members, no `export` or `declare`. */
function print(node) {
  const shown = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const bare = ts.isClassDeclaration(shown)
    ? ts.factory.updateClassDeclaration(
        shown,
        shown.modifiers,
        shown.name,
        shown.typeParameters,
        shown.heritageClauses,
        shown.members.filter((member) => !isPrivate(member)),
      )
    : shown;
  const text = printer.printNode(ts.EmitHint.Unspecified, bare, node.getSourceFile());
  const deprecated = ts.getJSDocDeprecatedTag(shown) === undefined ? '' : '// deprecated\n';
  return deprecated + text.replace(/^(?:export |declare )+/, '').replaceAll('\r\n', '\n');
}

const moduleOf = (from, name) => ({
  resolvedFileName: resolve(dirname(from), name.replace(/\.cjs$/, '.d.cts')),
  extension: ts.Extension.Dcts,
});

/** The declarations of `symbol` at the top of a file of the build; none for declarations of further packages. */
function declarationsOf(symbol) {
  return (symbol.declarations ?? []).filter((node) => {
    const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
    return dirname(resolve(node.getSourceFile().fileName)) === DIST && ts.isSourceFile(statement.parent);
  });
}

function report() {
  const list = entries();
  for (const [, file] of list) if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build first`);
  const options = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    noEmit: true,
    noLib: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  // Files of the build alone: the report names declarations of further packages without reading the packages.
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) => ({ resolvedModule: text.startsWith('.') ? moduleOf(from, text) : undefined }));
  const program = ts.createProgram(
    list.map(([, file]) => file),
    options,
    host,
  );
  const checker = program.getTypeChecker();
  const original = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);

  /** Every exported symbol, and every symbol mentioned by an exported symbol. */
  const reached = new Map();
  const reach = (symbol) => {
    const declarations = declarationsOf(symbol);
    if (declarations.length === 0 || reached.has(symbol)) return;
    reached.set(symbol, declarations);
    const visit = (node) => {
      if (ts.isClassElement(node) && isPrivate(node)) return;
      const found = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
      if (found !== undefined) reach(original(found));
      ts.forEachChild(node, visit);
    };
    for (const declaration of declarations) visit(declaration);
  };

  const lines = ['# Public API', '', 'Written by `npm run api`. Names of each entry, then every declaration once.', ''];
  const exported = new Set();
  for (const [entry, file] of list) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
    for (const symbol of symbols) {
      exported.add(original(symbol));
      reach(original(symbol));
    }
    const names = symbols.map(({ name }) => `- \`${name}\``).sort();
    lines.push(`## ${entry}`, '', ...(names.length === 0 ? ['No exports.'] : names), '');
  }
  const section = (title, isPart) => {
    const texts = [...reached]
      .filter(([symbol]) => isPart(symbol))
      .map(([symbol, all]) => [symbol.name, all.map(print).join('\n')]);
    texts.sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1));
    lines.push(`## ${title}`, '');
    for (const [name, text] of texts) lines.push(`### ${name}`, '', '```ts', text, '```', '');
  };
  section('Declarations', (symbol) => exported.has(symbol));
  section('Mentioned by them, and not exported', (symbol) => !exported.has(symbol));
  return lines.join('\n');
}

try {
  const wanted = report();
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, wanted);
  } else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== wanted) {
    console.error(
      `${FILE} differs from the declarations of the build. If the change is meant: npm run api, and commit the file.`,
    );
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
