// Parts of other files that are written from the registry: tables of the documentation, package.json, .ci/run. The types of
// the entries in package.json are written from its `exports`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All files, with their parts replaced. */
export function documents(root, rows) {
  const clients = rows.filter(({ isClient }) => isClient);
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const replaced = (path, parts) => ({ [path]: withParts(path, read(path), parts) });
  return {
    ...replaced('README.md', { clients: enumeration(clients), versions: versionTable(rows) }),
    ...replaced('docs/manual.md', { clients: enumeration(clients) }),
    ...replaced('docs/providers.md', { table: providerTable(rows) }),
    ...replaced('docs/telemetry.md', { scopes: rows.map(({ name }) => `\`@x/llm-otel/${name}\``).join(', ') }),
    'package.json': manifest(read('package.json'), rows),
    'package-lock.json': lock(read('package-lock.json'), rows),
    '.ci/run': judged(read('.ci/run'), rows),
  };
}

/** Replaces the text between `<!-- sdks: NAME -->` and `<!-- sdks end -->`. */
function withParts(path, text, parts) {
  for (const [name, part] of Object.entries(parts)) {
    const pattern = new RegExp(`<!-- sdks: ${name} -->[^]*?<!-- sdks end -->`);
    if (!pattern.test(text))
      throw new Error(`${path} has no part between <!-- sdks: ${name} --> and <!-- sdks end -->`);
    const body = part.includes('\n') ? `\n${part}\n` : part;
    text = text.replace(pattern, () => `<!-- sdks: ${name} -->${body}<!-- sdks end -->`);
  }
  return text;
}

/** `a`, `b` or `c` */
function enumeration(rows) {
  const names = rows.map(({ peer }) => `\`${peer}\``);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function versionTable(rows) {
  const lines = rows.map(({ peer, versions, className }) => `| \`${peer}\` | ${versions} | \`${className}\` |`);
  return ['| SDK | versions | class |', '|---|---|---|', ...lines].join('\n');
}

/** What each SDK is recorded with. */
function providerTable(rows) {
  const lines = rows.map(
    ({ peer, versions, methods, limits, tier }) =>
      `| \`${peer}\` | ${versions} | ${methods} | ${limits || 'none known'} | ${tier} |`,
  );
  return ['| package | versions | recorded | limits | tier |', '|---|---|---|---|---|', ...lines].join('\n');
}

/** Sorted as npm sorts them. */
const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));

function setPeers(manifest, rows) {
  const { '@opentelemetry/api': api } = manifest.peerDependencies;
  const ranges = Object.fromEntries(rows.map(({ peer, range }) => [peer, range]));
  manifest.peerDependencies = sorted({ '@opentelemetry/api': api, ...ranges });
  manifest.peerDependenciesMeta = sorted(Object.fromEntries(rows.map(({ peer }) => [peer, { optional: true }])));
}

/**
 * The types of each entry for TypeScript with `moduleResolution: node10`, which does not read `exports`: one row an entry.
 * The main entry has `types`.
 */
export function typesVersions(exports) {
  const rows = Object.entries(exports).flatMap(([entry, target]) => {
    const file = typeof target === 'string' ? target : target.require.types;
    // What the name of the entry finds without a row: `.` and `./package.json`.
    return entry === '.' || entry === file ? [] : [[entry.slice('./'.length), [file]]];
  });
  return { '*': Object.fromEntries(rows) };
}

function manifest(text, rows) {
  const parsed = JSON.parse(text);
  setPeers(parsed, rows);
  const fields = Object.entries(parsed).flatMap(([name, value]) => {
    if (name === 'typesVersions') return [];
    return name === 'types'
      ? [
          [name, value],
          ['typesVersions', typesVersions(parsed.exports)],
        ]
      : [[name, value]];
  });
  return `${JSON.stringify(Object.fromEntries(fields), null, 2)}\n`;
}

function lock(text, rows) {
  const parsed = JSON.parse(text);
  setPeers(parsed.packages[''], rows);
  return `${JSON.stringify(parsed, null, 2)}\n`;
}

const JUDGED = /^readonly JUDGED_SDKS='.*'$/m;

function judged(text, rows) {
  if (!JUDGED.test(text)) throw new Error('.ci/run has no line JUDGED_SDKS');
  const names = rows.flatMap(({ replayed }) => replayed).join('|');
  return text.replace(JUDGED, () => `readonly JUDGED_SDKS='^(${names})$'`);
}
