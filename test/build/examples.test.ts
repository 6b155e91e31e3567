/** The examples in the declarations of the build are code that TypeScript takes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ENTRIES } from './entries.ts';
import { IMPORTS, WORLD } from './examples-world.ts';
import { createTypeProgram, DIST, errorsIn, STRICT } from './type-check.ts';

const declarations = readdirSync(DIST).filter((name) => name.endsWith('.d.cts'));

/** Code without the marks of a code block of Markdown. */
const withoutFence = (text: string): string => /^```\w*\n(.*)^```$/ms.exec(text)?.[1]?.trimEnd() ?? text;

/** The texts behind `@example` of a comment. A tag begins a line. */
function examplesOf(comment: string): string[] {
  const lines = comment.slice('/**'.length, -'*/'.length).split('\n');
  const tags = lines
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .split(/^(?=@\w+\b)/m);
  return tags.flatMap((tag) => (tag.startsWith('@example') ? withoutFence(tag.slice('@example'.length).trim()) : []));
}

const examples = declarations.flatMap((file) =>
  [...readFileSync(join(DIST, file), 'utf8').matchAll(/\/\*\*.*?\*\//gs)].flatMap(([comment]) => examplesOf(comment)),
);

/** Names that an entry exports, by the `export { ... }` at the end of its declarations. */
function namesOf(types: string): string[] {
  const [, list = ''] = /^export \{ ([^}]*) \};$/m.exec(readFileSync(types, 'utf8')) ?? [];
  return list.split(', ').map((name) => name.replace(/^type /, ''));
}

/** Names to import, each with the line of the import. The first entry with a name has the name. */
const importOf = new Map(
  [
    ...Object.entries(IMPORTS).flatMap(([module, names]) => names.map((name) => [name, module] as const)),
    ...ENTRIES.flatMap(({ name: module, types }) => namesOf(types).map((name) => [name, module] as const)),
  ]
    .reverse()
    .map(([name, module]) => [name.replace(/^.* as /, ''), `import { ${name} } from '${module}';`]),
);

/** The example as a module, with the imports that the example leaves out. */
function moduleOf(example: string): string {
  const tree = ts.createSourceFile('example.mts', example, ts.ScriptTarget.Latest, true);
  const used = new Set<string>();
  const made = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    if (ts.isBindingElement(node) || ts.isVariableDeclaration(node)) made.add(node.name.getText(tree));
    ts.forEachChild(node, visit);
  };
  visit(tree);
  const imports = [...used].filter((name) => !made.has(name)).flatMap((name) => importOf.get(name) ?? []);
  return [...imports, example, 'export {};'].join('\n');
}

const program = createTypeProgram(
  { 'world.d.ts': WORLD, ...Object.fromEntries(examples.map((example, i) => [`example-${i}.mts`, moduleOf(example)])) },
  // Examples are for JavaScript too: parameters of functions of the application have no types.
  { ...STRICT, noImplicitAny: false },
);

test('what the examples take for there has no errors', () => {
  expect(errorsIn(program, 'world.d.ts')).toEqual([]);
}, 120_000);

test.each(examples.map((example, i) => [i, example] as const))(
  'example %i: %s',
  (i) => {
    expect(errorsIn(program, `example-${i}.mts`)).toEqual([]);
  },
  120_000,
);

/** Declarations of classes and interfaces at the top of the build, by name. */
const topLevel = new Map(
  declarations
    .flatMap((name) => program.getSourceFile(join(DIST, name))?.statements ?? [])
    .flatMap((node) =>
      ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) ? [[node.name?.text ?? '', node] as const] : [],
    ),
);
const hasExample = (node: ts.Node): boolean => ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'example');

test('every class has an example', () => {
  const classes = [...topLevel].filter(([, node]) => ts.isClassDeclaration(node));
  expect(classes.length).toBeGreaterThan(15);
  expect(classes.filter(([, node]) => !hasExample(node)).map(([name]) => name)).toEqual([]);
});

/** The options that applications use most. */
const OPTIONS = [
  ...['attributes', 'captureContent', 'dynamicAttributes', 'estimateTokens', 'metricAttributes', 'onRequest'],
  ...['onResponse', 'prices', 'providerHosts', 'redact', 'redactPatterns', 'streamUsage'],
];

test.each(OPTIONS)('the option %s has an example', (option) => {
  const options = topLevel.get('LlmOtelOptions') as ts.InterfaceDeclaration | undefined;
  const member = options?.members.find(({ name }) => name?.getText() === option);
  expect(member !== undefined && hasExample(member)).toBe(true);
});
