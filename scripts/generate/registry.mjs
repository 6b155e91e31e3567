// Reads the registry, src/providers/sdks.ts: the values of each row, and the tags of the comment above it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const PATH = 'src/providers/sdks.ts';

/**
 * @typedef {object} Row
 * @property {string} key         name of the row, and of the provider that the folder exports
 * @property {string} name        folder of the provider
 * @property {string} module      npm name of the files to watch
 * @property {boolean} isClient   an SDK with clients; a framework has none
 * @property {string} description first part of the comment
 * @property {string} className   name of the instrumentation class
 * @property {string} peer        npm name of the package that an application installs
 * @property {string} range       versions of that package that work
 * @property {string} versions    tested versions, in words
 * @property {string} methods     what is recorded, in words: methods of the SDK
 * @property {string} limits      what is not recorded, or is different from other SDKs; may be empty
 * @property {string} tier        `measured` on every change, or `best effort`
 * @property {string[]} replayed  names under which recorded exchanges are replayed
 */

/**
 * All rows, in the order of the file.
 * @param {string} root
 * @returns {Promise<Row[]>}
 */
export async function readRegistry(root) {
  const text = readFileSync(join(root, PATH), 'utf8');
  const values = await valuesOf(text);
  return rowsOf(text).map(({ key, comment }) => {
    const { name, module, clientClasses } = values[key];
    const { description, tags } = partsOf(comment);
    const tag = (tagName) => {
      const value = tags.get(tagName);
      if (!value) throw new Error(`${PATH}: the comment of the row ${key} has no @${tagName}`);
      return value;
    };
    const [, peer, range] = /^(\S+) (\S.*)$/.exec(tag('peer')) ?? [];
    if (range === undefined)
      throw new Error(`${PATH}: @peer of ${key} wants a package and a range, such as openai >=4.0.0`);
    if (!existsSync(join(root, `src/providers/${name}/index.ts`)))
      throw new Error(`${PATH}: the row ${key} has no folder; src/providers/${name}/index.ts has to export ${key}`);
    if (description === '') throw new Error(`${PATH}: the comment of the row ${key} does not say what is recorded`);
    return {
      key,
      name,
      module,
      isClient: clientClasses !== undefined,
      description,
      className: `${tag('class')}Instrumentation`,
      peer,
      range,
      versions: tag('versions'),
      methods: tag('methods'),
      limits: tags.get('limits') ?? '',
      tier: tierOf(key, tag('tier')),
      replayed: (tags.get('replayed') ?? '').split(/\s+/).filter(Boolean),
    };
  });
}

/** The object `sdks` itself: the file imports nothing but types. */
async function valuesOf(text) {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const { sdks } = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
  return sdks;
}

/** Names and comments of the rows. */
function rowsOf(text) {
  const file = ts.createSourceFile(PATH, text, ts.ScriptTarget.Latest, true);
  const rows = [];
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText() === 'sdks') {
      let table = node.initializer;
      while (!ts.isObjectLiteralExpression(table)) table = table.expression;
      for (const row of table.properties) {
        const comment = ts.getJSDocCommentsAndTags(row).find(ts.isJSDoc);
        rows.push({ key: row.name.getText(), comment: comment?.getText() ?? '' });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return rows;
}

const TIERS = ['measured', 'best effort'];

function tierOf(key, tier) {
  if (!TIERS.includes(tier)) throw new Error(`${PATH}: @tier of ${key} is one of ${TIERS.join(', ')}, not ${tier}`);
  return tier;
}

/** A tag begins a line. TypeScript's own reader takes the scope of an npm name for a tag as well. */
const TAG = /^@(\w+) (.*)$/;

function partsOf(comment) {
  const lines = comment
    .replace(/^\/\*\*/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trim());
  const first = lines.findIndex((line) => TAG.test(line));
  const description = lines
    .slice(0, first < 0 ? undefined : first)
    .join('\n')
    .trim();
  const tags = new Map();
  let open;
  for (const line of first < 0 ? [] : lines.slice(first)) {
    const match = TAG.exec(line);
    if (match) open = match[1];
    // A line without a tag goes on with the tag before.
    if (line !== '') tags.set(open, match ? match[2] : `${tags.get(open)} ${line}`);
  }
  return { description, tags };
}
