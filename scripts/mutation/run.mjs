// Mutation run: single changes in a copy of the sources, and which tests notice them. For use by hand, not in CI.
//   npm run test:mutation -- [--sample 300] [--seed 1] [--minutes 60] [--only src/cost/rates.ts] [--stages narrow,folder]
//     [--list] [--verbose]
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, keepBuild, passesTable } from './conformance.mjs';
import { copyTree } from './copy.mjs';
import { equivalenceOf, staleRows } from './equivalent.mjs';
import { mutantsOf, mutate } from './mutants.mjs';
import { sourcesOf, testsOf } from './plan.mjs';
import { report } from './report.mjs';
import { sampleOf } from './sample.mjs';
import { Session } from './session.mjs';

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    only: { type: 'string', multiple: true, default: [] },
    stages: { type: 'string', default: 'narrow,folder,conformance' },
    list: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const [sample, seed, minutes] = [values.sample, values.seed, values.minutes].map((text) => {
  if (!/^\d+$/.test(text))
    throw new Error(`expected a whole number for --sample, --seed and --minutes, got "${text}".`);
  return Number(text);
});

const paths = sourcesOf(root, values.only);
if (paths.length === 0)
  throw new Error(`--only ${values.only.join(' --only ')}: no file of the mutated folders has such a path.`);
const all = paths.flatMap((path) => mutantsOf(path, readFileSync(join(root, path), 'utf8')));
if (values.only.length === 0)
  for (const row of staleRows(all))
    console.log(`equivalent.json: no mutant is like ${row.file}: ${row.line} (${row.change ?? 'any'})`);
const drawn = sampleOf(all, sample, seed);
console.log(`${all.length} mutants in ${paths.length} files; ${drawn.length} are drawn by seed ${seed}.`);
if (values.list) {
  for (const mutant of drawn) console.log(`${mutant.path}:${mutant.line} ${mutant.kind}: ${mutant.change}`);
  process.exit();
}

const end = performance.now() + minutes * 60_000;
const copy = copyTree(root);
const session = new Session(copy);
process.on('exit', () => {
  session.close();
  rmSync(copy, { recursive: true, force: true });
});
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

const usual = new Map();
const runs = (stage) => values.stages.split(',').includes(stage);
const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);
const built = build(copy);
if (!built.passed) throw new Error(`the build fails without any change:\n${built.output}`);
keepBuild(copy);

const results = [];
for (const mutant of drawn) {
  const started = performance.now();
  if (started > end) break;
  const reason = equivalenceOf(mutant);
  const result = reason === undefined ? await outcomeOf(mutant) : { mutant, killedBy: 'equivalent', detail: reason };
  results.push(result);
  const { path, line, kind, change } = mutant;
  const number = String(results.length).padStart(3);
  console.log(`${number} ${(result.killedBy ?? 'SURVIVES').padEnd(11)} ${path}:${line} ${kind}: ${change}`);
  if (values.verbose && result.detail !== undefined) console.log(`      ${seconds(started)} s, ${result.detail}`);
}
console.log(report(results, drawn.length));
process.exit();

/** The first stage whose tests notice `mutant`. */
async function outcomeOf(mutant) {
  const { path } = mutant;
  const { narrow, wide, conformance } = testsOf(copy, path);
  const stages = Object.entries({ narrow, folder: wide }).filter(([stage, files]) => runs(stage) && files.length > 0);
  for (const [, files] of stages) await learnUsual(files);
  const original = readFileSync(join(copy, path), 'utf8');
  session.write(path, mutate(original, mutant));
  try {
    for (const [stage, files] of stages) {
      const { passed, failure } = await session.run(files, usual.get(files.join()));
      if (!passed) return { mutant, killedBy: stage, detail: failure };
    }
    if (conformance === undefined || !runs('conformance')) return { mutant };
    session.write(path, original);
    checkTable(conformance);
    session.write(path, mutate(original, mutant));
    const { passed, failure } = passesTable(copy, conformance);
    return passed ? { mutant } : { mutant, killedBy: 'conformance', detail: failure };
  } finally {
    session.write(path, original);
  }
}

/** Runs `files` without a change, once: they have to pass, and show how long they take. */
async function learnUsual(files) {
  if (usual.has(files.join())) return;
  let result;
  // On a busy machine a test can fail by its time limit.
  for (let tries = 0; tries < 3 && result?.passed !== true; tries++) result = await session.run(files, 120_000);
  if (!result.passed) throw new Error(`the tests fail without any change: ${result.failure}`);
  usual.set(files.join(), result.milliseconds);
}

/** A table has to pass without a change, too. */
function checkTable(file) {
  if (usual.has(file)) return;
  const { passed, failure } = passesTable(copy, file);
  if (!passed) throw new Error(`the table fails without any change: ${failure}`);
  usual.set(file, 0);
}
