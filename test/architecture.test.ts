import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** The house rules of ARCHITECTURE and CONTRIBUTING that a program can check. */
const ROOT = join(import.meta.dirname, '..');

interface Import {
  /** Path from the root for files of ours, else the name of the package. */
  readonly target: string;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

interface Source {
  /** Path from the root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

function filesIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files.map((file) => `${folder}/${file.replaceAll('\\', '/')}`);
}

function read(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const imports = tree.statements.flatMap((statement): Import[] => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    if (statement.moduleSpecifier === undefined) return [];
    const name = (statement.moduleSpecifier as ts.StringLiteral).text;
    const target = name.startsWith('.') ? relative(ROOT, join(ROOT, dirname(path), name)).replaceAll('\\', '/') : name;
    return [{ target, typeOnly: isTypeOnly(statement) }];
  });
  return { path, text, tree, imports };
}

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) {
    const named = statement.exportClause;
    if (statement.isTypeOnly) return true;
    return named !== undefined && ts.isNamedExports(named) && named.elements.every((element) => element.isTypeOnly);
  }
  const clause = statement.importClause;
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((element) => element.isTypeOnly)
  );
}

const sources: readonly Source[] = [...filesIn('src'), ...filesIn('register')]
  .filter((path) => path.endsWith('.ts'))
  .map(read);

/** Files anybody may use. */
const LEAVES = [
  'src/config/attribute-values.ts',
  'src/config/options.ts',
  'src/runtime/log.ts',
  'src/config/option-values.ts',
  'src/runtime/platform.ts',
  'src/runtime/version.ts',
];
/** What a user can import; made of everything else. */
const SURFACE = /^src\/[\w-]+\.ts$/;

/** Which folders a station may import from, besides itself and the leaves. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  'src/providers/': ['src/patching/', 'src/telemetry/'],
  'src/patching/': ['src/telemetry/'],
  'src/manual/': ['src/patching/', 'src/providers/', 'src/telemetry/'],
  'src/telemetry/': ['src/cost/'],
  'src/cost/': [],
  'src/pipeline/': ['src/facts/semconv.ts', 'src/telemetry/call/active-operation.ts'],
  'src/primitives/': ['src/facts/semconv.ts', 'src/telemetry/call/active-operation.ts'],
  'src/testing/': ['src/telemetry/', 'src/patching/', 'src/providers/'],
  'src/cli/': ['src/', 'register/'],
  'register/': ['src/'],
};

/** Imports of types against an arrow. */
const TYPES_ALLOWED: readonly (readonly [from: RegExp, to: string, why: string])[] = [
  [/^src\/patching\//, 'src/patching/provider.ts', 'the contract both sides are written against'],
  [/^src\/config\.ts$/, 'src/scope/call-hooks.ts', 'hooks in the options see a call'],
  [/^src\/config\.ts$/, 'src/telemetry/call/estimate.ts', 'a hook in the options counts tokens'],
  [/^src\/config\.ts$/, 'src/facts/call.ts', 'a hook in the options sees a part of the content'],
];

function isAllowed(from: string, { target, typeOnly }: Import): boolean {
  if (typeOnly && TYPES_ALLOWED.some(([pattern, to]) => pattern.test(from) && to === target)) return true;
  if (LEAVES.includes(target)) return true;
  if (LEAVES.includes(from)) return false;
  if (SURFACE.test(from)) return target.startsWith('src/');
  const station = Object.keys(ARROWS).find((prefix) => from.startsWith(prefix));
  if (station === undefined) return false;
  return target.startsWith(station) || (ARROWS[station] ?? []).some((prefix) => target.startsWith(prefix));
}

describe('arrows', () => {
  test('every import follows one', () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => /^(?:src|register)\//.test(target))
        .filter((imported) => !isAllowed(path, imported))
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('nothing of src imports register, except the command line', () => {
    const wrong = sources.filter(
      ({ path, imports }) =>
        path.startsWith('src/') &&
        !path.startsWith('src/cli/') &&
        imports.some(({ target }) => target.startsWith('register/')),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('no circles', () => {
    const graph = new Map(
      sources.map(({ path, imports }) => [path, imports.filter((i) => !i.typeOnly).map((i) => i.target)]),
    );
    expect(circles(graph)).toEqual([]);
  });
});

/** Circles in a graph of imports, each as the path that closes it. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): void => {
    const at = trail.indexOf(node);
    if (at >= 0) found.push([...trail.slice(at), node].join(' -> '));
    if (at >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...trail, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}

test('circles are found', () => {
  expect(
    circles(
      new Map([
        ['a', ['b']],
        ['b', ['c', 'd']],
        ['c', ['a']],
        ['d', []],
      ]),
    ),
  ).toEqual(['a -> b -> c -> a']);
});

/**
 * Packages that src needs at run time, and where. Everything else is types, bundled, or not ours to load; modules of Node
 * that others need too are asked for in `src/runtime/platform.ts`.
 */
const RUNTIME_PACKAGES: readonly (readonly [from: RegExp, name: RegExp, why: string])[] = [
  [/^src\/patching\/module-hooks\.ts$/, /^node:(?:module|url)$/, 'hooks are there in Node only'],
  [/^src\/providers\/vercel-ai\/models\.ts$/, /^node:util$/, 'a framework, in no bundle of the manual entry'],
  [/^src\/testing\//, /^node:/, 'tests run in Node'],
  [/^src\/pipeline\//, /^@opentelemetry\/(?:core|sdk-\w+(?:-base)?|resources)$/, 'bundled into the build'],
  [/^src\/testing\//, /^@opentelemetry\/api$/, 'a test may have no context manager'],
];

test('src imports no SDK and no OpenTelemetry package; the one it depends on is loaded where it is there', () => {
  const wrong = sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ target, typeOnly }) => !typeOnly && path.startsWith('src/') && !/^(?:src|register)\//.test(target))
      .filter(({ target }) => !RUNTIME_PACKAGES.some(([from, name]) => from.test(path) && name.test(target)))
      .map(({ target }) => `${path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

/**
 * What of telemetry a provider may call, and which. All others are pure: they read what an SDK was given and gave back, and
 * what starts and ends spans is telemetry.
 */
const CALLED_BY_PROVIDERS: readonly (readonly [from: RegExp, file: RegExp, why: string])[] = [
  [
    /./,
    /^(?:facts|guard|otel|ended-span|semconv|error|content\/(?:media|truncation|json-text))$/,
    'starts and ends nothing',
  ],
  [/^openai\/ask-for-usage$/, /^stream-usage$/, 'what was asked for is hidden from the application'],
  [/^(?:langchain|openai-agents|vercel-ai)\//, /^(?:activity|custom-attributes)$/, 'agents and tools of frameworks'],
  [/\/(?:run-tools|function-calling)$/, /^tool$/, 'tools that an SDK runs'],
  [/^anthropic\/native$/, /^(?:borrowed-span|context)$/, 'the SDK makes a span itself'],
  [/^vercel-ai\/(?:models|run)$/, /^(?:borrowed-span|joined-span|open-operations)$/, 'the SDK makes a span itself'],
];

test('providers call of telemetry what they have to', () => {
  const used = sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ target, typeOnly }) => !typeOnly && target.startsWith('src/telemetry/'))
      .map(({ target }) => [path.slice(14, -3), target.slice(14, -3), path] as const)
      .filter(([, , path]) => path.startsWith('src/providers/')),
  );
  const allowed = ([from, file]: readonly [string, string, string]): number =>
    CALLED_BY_PROVIDERS.findIndex(([who, what]) => who.test(from) && what.test(file));
  expect(used.filter((row) => allowed(row) < 0).map(([from, file]) => `${from} -> ${file}`)).toEqual([]);
  // What nobody needs any more is no longer allowed.
  expect(CALLED_BY_PROVIDERS.filter((_, i) => !used.some((row) => allowed(row) === i))).toEqual([]);
});

/** Files that may be longer, and why. */
const LONG: Readonly<Record<string, string>> = {};

const CODE = /\.(?:ts|mjs|cjs)$/;
const everything = ['src', 'register', 'test', 'bench', 'examples', 'scripts']
  .flatMap((folder) => {
    try {
      return filesIn(folder);
    } catch {
      return []; // not every folder is there from the start
    }
  })
  .filter((path) => CODE.test(path) && !path.includes('/node_modules/') && !/\/\.run-/.test(path));

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
});

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
