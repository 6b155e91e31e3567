// Is the package ready to be published? npm runs the script before `npm publish` (prepublishOnly).
//   node scripts/check-publish.mjs                                 lists the problems, and fails
//   node scripts/check-publish.mjs --set https://github.com/O/N    writes the address of the repository in all places
//   node scripts/check-publish.mjs --dist-tag                      prints the tag of this version: latest, or next
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sectionOf, UNRELEASED } from './changelog.mjs';

/** Stands in package.json alone, until the repository has an address. */
const PLACEHOLDER = 'https://github.com/x/llm-otel';
const OWNERS = '.github/CODEOWNERS';

const readManifest = () => JSON.parse(readFileSync('package.json', 'utf8'));

/** The fields of package.json that hold the address. */
const addresses = (url) => ({
  homepage: `${url}#readme`,
  repository: { type: 'git', url: `git+${url}.git` },
  bugs: { url: `${url}/issues` },
});

function setAddress(text) {
  const url = text.replace(/\.git$|\/$/g, '');
  const [, owner] = /^https:\/\/github\.com\/([\w-]+)\/[\w.-]+$/.exec(url) ?? [];
  if (owner === undefined || url === PLACEHOLDER) {
    console.error(`--set wants an address like https://github.com/OWNER/NAME, not ${text}`);
    process.exitCode = 1;
    return;
  }
  writeFileSync('package.json', `${JSON.stringify({ ...readManifest(), ...addresses(url) }, null, 2)}\n`);
  if (existsSync(OWNERS)) writeFileSync(OWNERS, readFileSync(OWNERS, 'utf8').replace(/^(\* +)@\S+$/m, `$1@${owner}`));
}

/** The problems, in words. */
function problems() {
  const { version, homepage, repository, bugs, publishConfig } = readManifest();
  const found = [];
  if ([homepage, repository?.url, bugs?.url].some((value) => value === undefined || value.includes(PLACEHOLDER)))
    found.push(
      `package.json has no address of the repository, only the placeholder ${PLACEHOLDER}. ` +
        'Write the real one: node scripts/check-publish.mjs --set https://github.com/OWNER/NAME',
    );
  if (publishConfig?.provenance !== true || publishConfig?.access !== 'public')
    found.push('publishConfig of package.json has to say { "access": "public", "provenance": true }.');
  const changelog = readFileSync('CHANGELOG.md', 'utf8');
  if (sectionOf(changelog, version) === undefined)
    found.push(`CHANGELOG.md has no section ${version}. \`npm version\` makes it of the section ${UNRELEASED}.`);
  if (sectionOf(changelog, UNRELEASED) !== undefined)
    found.push(`CHANGELOG.md has changes under ${UNRELEASED}: \`npm version\` gives them a version.`);
  const { GITHUB_REF_TYPE: kind, GITHUB_REF_NAME: tag } = process.env;
  if (kind === 'tag' && tag !== `v${version}`) found.push(`the tag is ${tag}, and the version is ${version}.`);
  return found;
}

const { set, 'dist-tag': distTag } = parseArgs({
  options: { set: { type: 'string' }, 'dist-tag': { type: 'boolean' } },
}).values;
if (set !== undefined) setAddress(set);
else if (distTag) console.log(readManifest().version.includes('-') ? 'next' : 'latest');
else {
  const found = problems();
  for (const problem of found) console.error(`not ready to publish: ${problem}`);
  if (found.length > 0) process.exitCode = 1;
}
