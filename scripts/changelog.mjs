// The sections of CHANGELOG.md.
//   node scripts/changelog.mjs --release         gives the changes under "Unreleased" the version of package.json; part of `npm version`
//   node scripts/changelog.mjs --notes 1.2.3     prints the changes of a version
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const FILE = 'CHANGELOG.md';

/** Heading of the changes without a version. */
export const UNRELEASED = 'Unreleased';

/** Text under `## name` or `## name (date)`; undefined without a section. */
export function sectionOf(changelog, name) {
  const [, ...sections] = `\n${changelog}`.split(/\n## /);
  const found = sections.find((section) => section.split(/[\s(]/, 1)[0] === name);
  return found?.slice(found.indexOf('\n') + 1).trim();
}

/** `changelog` with the unreleased changes as those of `version`; throws without changes. */
export function released(changelog, version, date) {
  if (sectionOf(changelog, version) !== undefined) return changelog;
  if (!sectionOf(changelog, UNRELEASED))
    throw new Error(`${FILE} has no changes under "## ${UNRELEASED}": what is version ${version} to bring?`);
  return changelog.replace(new RegExp(`^## ${UNRELEASED}$`, 'm'), `## ${version} (${date})`);
}

function main() {
  const { release, notes } = parseArgs({
    options: { release: { type: 'boolean' }, notes: { type: 'string' } },
  }).values;
  const changelog = readFileSync(FILE, 'utf8');
  if (release) {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    writeFileSync(FILE, released(changelog, version, new Date().toISOString().slice(0, 10)));
  }
  if (notes === undefined) return;
  const section = sectionOf(changelog, notes);
  if (section === undefined) throw new Error(`${FILE} has no section ${notes}`);
  console.log(section);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
