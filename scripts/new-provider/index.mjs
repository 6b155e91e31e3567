// Writes a provider: folder, row of the registry, conformance kit, tests, application of the matrix. For an SDK that Stainless
// has made after openai's, build, calls and tables of the readers work at once, and the kit has to name the features of the SDK
// for the conformance table; for other SDKs the files are the frame to fill.
//   npm run new:provider -- NAME [--module NPM] [--client CLASS] [--provider WORD] [--same]
//     NAME        folder, in kebab-case
//     --module    npm name of the SDK, which has to be installed. Default: NAME
//     --client    exported class of clients. Default: NAME in PascalCase
//     --provider  gen_ai.provider.name. Default: NAME with underscores
//     --same      index and methods only: the SDK sends and receives exactly what the format says
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { sourceFiles } from './source-files.mjs';
import { testFiles } from './test-files.mjs';

const root = join(import.meta.dirname, '../..');
const REGISTRY = join(root, 'src/providers/sdks.ts');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    module: { type: 'string' },
    client: { type: 'string' },
    provider: { type: 'string' },
    same: { type: 'boolean', default: false },
  },
});

const fail = (message) => {
  console.error(`new:provider: ${message}`);
  process.exit(1);
};

const [name = ''] = positionals;
if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) fail('the first argument is the name of the folder, in kebab-case');
if (existsSync(join(root, 'src/providers', name))) fail(`src/providers/${name} is there already`);
const module = values.module ?? name;
const manifest = join(root, 'node_modules', module, 'package.json');
if (!existsSync(manifest)) fail(`install the SDK first: npm install --save-dev --save-exact ${module}`);

const upper = (word) => word.charAt(0).toUpperCase() + word.slice(1);
const pascal = name.split('-').map(upper).join('');
const client = values.client ?? pascal;
/** Everything that the templates say of the SDK. */
const sdk = {
  name,
  module,
  client,
  key: pascal.charAt(0).toLowerCase() + pascal.slice(1),
  className: client,
  provider: values.provider ?? name.replaceAll('-', '_'),
  version: JSON.parse(readFileSync(manifest, 'utf8')).version,
  same: values.same,
};

/** The row stands after the last SDK with clients. */
function insertRow(text) {
  const file = ts.createSourceFile('sdks.ts', text, ts.ScriptTarget.Latest, true);
  let at;
  const visit = (node) => {
    if (ts.isObjectLiteralExpression(node) && ts.isSatisfiesExpression(node.parent?.parent ?? node)) {
      const hasClients = (row) => row.initializer.properties.some((field) => field.name?.getText() === 'clientClasses');
      at = node.properties.findLast(hasClients)?.end;
    }
    if (at === undefined) ts.forEachChild(node, visit);
  };
  visit(file);
  if (at === undefined) fail('src/providers/sdks.ts has no row of an SDK with clients');
  const major = sdk.version.split('.')[0];
  const row = `,

  /**
   * Records the calls of the \`${module}\` SDK: chat, completions, embeddings.
   * @class ${sdk.className}
   * @peer ${module} >=${major}.0.0
   * @versions ${major}
   * @methods \`chat.completions.create\`, \`completions.create\`, \`embeddings.create\`
   * @tier measured
   */
  ${sdk.key}: {
    name: '${name}',
    module: '${module}',
    clientClasses: ['${client}'],
    files: ['index', 'client'],
    userAgent: /^${client}\\/JS /,
  }`;
  return text.slice(0, at) + row.replace(/\n\n/, '\n') + text.slice(at);
}

const files = { ...sourceFiles(sdk), ...testFiles(sdk) };
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
writeFileSync(REGISTRY, insertRow(readFileSync(REGISTRY, 'utf8')));

const node = (...args) => {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};
node(
  'node_modules/@biomejs/biome/bin/biome',
  'check',
  '--write',
  '--log-level=error',
  ...Object.keys(files),
  'src/providers/sdks.ts',
);
node('scripts/generate/index.mjs');
console.log(
  Object.keys(files)
    .map((path) => `new: ${path}`)
    .join('\n'),
);
console.log('edited: src/providers/sdks.ts (one row)');
