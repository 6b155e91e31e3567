// Writes THIRD-PARTY-NOTICES.md from what the build has really bundled; with --check, says whether it is up to date.
//   npm run build && node scripts/notices.mjs [--check]
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'THIRD-PARTY-NOTICES.md';
const DIST = 'dist';

/** Packages whose data the build contains: src/cost/prices.json and src/config/file/schema/config.schema.json. */
const DATA = ['node_modules/@pydantic/genai-prices', 'node_modules/@opentelemetry/configuration'];

/** Packages of the page of `llm-otel view`, which is minified and has no marks. */
const PAGE = ['node_modules/preact'];

/** The bundler marks where each module of its output comes from. */
const ORIGIN = /^\/\/#region (?:.*\/)?(node_modules\/(?:@[^/\n]+\/)?[^/\n]+)\//gm;

function bundledFolders() {
  if (!existsSync(DIST)) throw new Error(`no ${DIST}: build first`);
  const folders = new Set();
  for (const file of readdirSync(DIST)) {
    if (!file.endsWith('.cjs')) continue;
    for (const [, folder] of readFileSync(join(DIST, file), 'utf8').matchAll(ORIGIN)) folders.add(folder);
  }
  // None at all would mean that the marks have changed, not that nothing is bundled.
  if (folders.size === 0) throw new Error('the build does not say what is in it');
  return [...folders, ...DATA, ...PAGE].sort();
}

function fileLike(folder, pattern) {
  const name = readdirSync(folder).find((entry) => pattern.test(entry));
  return name === undefined ? undefined : readFileSync(join(folder, name), 'utf8').trim();
}

function describe(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = fileLike(folder, /^licen[cs]e/i);
  if (text === undefined) throw new Error(`${name} has no licence file`);
  return { name, version, license, text, notice: fileLike(folder, /^notice/i) };
}

function render(packages) {
  const lines = ['# Third-party notices', '', 'The build of this package contains code of these packages.', ''];
  const byText = groupByText(packages);
  for (const [text, members] of byText) {
    for (const { name, version, license } of members) lines.push(`- ${name} ${version} (${license})`);
    for (const { name, notice } of members)
      if (notice !== undefined) lines.push('', `Notice of ${name}:`, '', '```text', notice, '```');
    lines.push('', 'under this licence:', '', '```text', text, '```', '');
  }
  return lines.join('\n');
}

/** Most packages share one text. */
function groupByText(packages) {
  const groups = new Map();
  for (const entry of packages) groups.set(entry.text, [...(groups.get(entry.text) ?? []), entry]);
  return groups;
}

const wanted = render(bundledFolders().map(describe));
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, wanted);
} else if (!existsSync(FILE) || readFileSync(FILE, 'utf8') !== wanted) {
  console.error(`${FILE} is not what the build contains: run node scripts/notices.mjs and commit it`);
  process.exitCode = 1;
}
