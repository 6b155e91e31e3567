/**
 * `npm run versions`: which newest versions of the SDKs are not in the version matrix yet. Asks the registry for each SDK of
 * test/versions/table.ts. Exits with 1 if a version is missing, so that the weekly workflow shows the version.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TABLE = join(dirname(fileURLToPath(import.meta.url)), '../test/versions/table.ts');
const rows = [...readFileSync(TABLE, 'utf8').matchAll(/\{ sdk: '([^']+)', version: '([^']+)'/g)];
const tested = new Map();
for (const [, sdk, version] of rows) tested.set(sdk, [...(tested.get(sdk) ?? []), version]);

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
