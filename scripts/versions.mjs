/**
 * `npm run versions`: which newest versions of the SDKs are not in the version matrix yet. Asks the registry for each SDK of
 * test/versions/sdks. Exits with 1 if a version is missing, so that the weekly workflow shows the version.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../test/versions/sdks');
const tested = new Map();
for (const file of readdirSync(FOLDER).filter((name) => name !== 'index.ts')) {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  const sdk = /^ {2}module: '([^']+)'/m.exec(text)?.[1];
  const versions = [...text.matchAll(/\{ version: '([^']+)'/g)].map(([, version]) => version);
  // A form that is not understood would look like an SDK without news.
  if (sdk === undefined || versions.length === 0) throw new Error(`no versions found in test/versions/sdks/${file}`);
  tested.set(sdk, versions);
}

let missing = 0;
for (const [sdk, versions] of tested) {
  const newest = execFileSync('npm', ['view', sdk, 'version'], { encoding: 'utf8' }).trim();
  const isTested = versions.includes(newest);
  console.log(
    `${isTested ? 'ok     ' : 'MISSING'} ${sdk} ${newest}${isTested ? '' : `, newest in the matrix: ${versions.at(-1)}`}`,
  );
  if (!isTested) missing++;
}
process.exitCode = missing > 0 ? 1 : 0;
