// The process that runs tests: one vitest that stays, because its start costs more than a test file. It gets
// `{ files, changed }` and answers `{ passed, failure }`; an endless loop in it is ended by killing it.
import { join } from 'node:path';
import { createVitest } from 'vitest/node';

const root = process.cwd();
const vitest = await createVitest('test', {
  root,
  watch: false,
  // A first failure is all that is asked for.
  bail: 1,
  pool: 'threads',
  maxWorkers: 1,
  reporters: [{}],
  silent: true,
  coverage: { enabled: false },
});
await vitest.standalone();

process.on('message', async ({ files, changed }) => {
  try {
    process.send(await run(files, changed));
  } catch (error) {
    process.send({ passed: false, failure: `vitest: ${error?.message ?? error}` });
  }
});
process.on('disconnect', () => process.exit());
process.send('ready');

async function run(files, changed) {
  for (const path of changed) vitest.invalidateFile(join(root, path));
  const all = await vitest.globTestSpecifications(files.map((path) => join(root, path)));
  // In the order that was asked for: the likeliest to fail first.
  const wanted = files.flatMap((path) => all.filter(({ moduleId }) => moduleId === join(root, path)));
  if (wanted.length !== files.length) throw new Error(`found ${wanted.length} of ${files.length} test files`);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(wanted);
  // What earlier runs left is among them.
  const ran = testModules.filter(({ moduleId }) => wanted.some((test) => test.moduleId === moduleId));
  const failure = failureOf(ran) ?? unhandledErrors.map(String)[0];
  return { passed: failure === undefined, failure };
}

function failureOf(modules) {
  for (const module of modules) {
    const [error] = module.errors();
    if (error !== undefined) return `${module.relativeModuleId}: ${error.message}`;
    for (const test of module.children.allTests('failed')) return `${module.relativeModuleId}: ${test.fullName}`;
    for (const suite of module.children.allSuites())
      if (suite.errors().length > 0) return `${module.relativeModuleId}: ${suite.fullName}`;
  }
  return undefined;
}
