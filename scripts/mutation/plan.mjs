// Which tests have to see a change of a source file: the narrow ones first, then those of the folders around it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** Compares the whole price table: too slow to be asked first. */
const SLOW = 'test/cost/parity.test.ts';
const IN_PROCESS = 'test/providers/in-process.test.ts';

/** Folders whose files are mutated, the tests that see them, and the provider whose conformance table is run for them. */
export const ROOMS = {
  'src/telemetry/': { tests: ['test/telemetry', 'test/scope', 'test/manual'], conformance: 'openai' },
  'src/cost/': { tests: ['test/cost'], conformance: undefined },
  'src/patching/calls/': { tests: ['test/patching', IN_PROCESS, 'test/manual'], conformance: 'google-genai' },
  'src/patching/': {
    tests: ['test/patching', IN_PROCESS, 'test/providers/openai/stream-usage.test.ts', 'test/manual'],
    conformance: 'openai',
  },
  'src/scope/': { tests: ['test/scope', 'test/telemetry', 'test/manual'], conformance: undefined },
  'src/redaction/': { tests: ['test/redaction', 'test/telemetry/content'], conformance: undefined },
};

/** The sources that can be mutated, below `root`; `only` keeps those whose path holds one of its texts. */
export function sourcesOf(root, only) {
  const folders = [...new Set(Object.keys(ROOMS).map((room) => room.split('/').slice(0, 2).join('/')))];
  return folders
    .flatMap((folder) => filesIn(root, folder))
    .filter((path) => path.endsWith('.ts'))
    .filter((path) => only.length === 0 || only.some((part) => path.includes(part)))
    .sort();
}

/** The test files of `path`: `narrow` mirror or import it, `wide` stand in the folders that see it. */
export function testsOf(root, path) {
  const room = ROOMS[Object.keys(ROOMS).find((prefix) => path.startsWith(prefix))];
  const found = room.tests.flatMap((place) => testFilesIn(root, place));
  const all = [...found.filter((test) => test !== SLOW), ...found.filter((test) => test === SLOW)];
  const mirror = path.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts');
  const folder = dirname(mirror);
  const related = all.filter(
    (test) => test !== SLOW && (test === mirror || (sameRoom(test, path) && imports(root, test, path))),
  );
  const beside = all.filter((test) => dirname(test) === folder);
  const narrow = related.length > 0 ? related : beside;
  return { narrow, wide: all.filter((test) => !narrow.includes(test)), conformance: conformanceOf(room) };
}

function conformanceOf({ conformance }) {
  return conformance && `test/providers/${conformance}/conformance.test.ts`;
}

/** `test/cost/x.test.ts` and `src/cost/y.ts` */
function sameRoom(test, path) {
  return test.split('/')[1] === path.split('/')[1];
}

function imports(root, test, path) {
  const text = readFileSync(join(root, test), 'utf8');
  return [...text.matchAll(/'(\.{1,2}\/[^']+\.ts)'/g)].some(([, name]) => join(dirname(test), name) === path);
}

function testFilesIn(root, place) {
  return place.endsWith('.ts')
    ? [place].filter((path) => existsSync(join(root, path)))
    : filesIn(root, place).filter(isTest);
}

/** Tests of the build do not see the sources. */
function isTest(path) {
  return path.endsWith('.test.ts') && basename(path) !== 'entry.test.ts';
}

function filesIn(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
