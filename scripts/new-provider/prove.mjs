// Follows the recipe of CONTRIBUTING.md, "Adding a provider", to the letter: for an SDK that does not exist, in a copy of the
// tree. The SDK is the installed openai under another name: class, package and user-agent.
//   npm run test:new-provider [-- --short] [-- --same] [-- --keep]
//     --short   the recipe, the build and one recorded call, without types, lint and the conformance table
//     --same    the provider is written with --same
//     --keep    leaves the copy where it is
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const root = join(import.meta.dirname, '../..');
const { short, same, keep } = parseArgs({
  options: { short: { type: 'boolean' }, same: { type: 'boolean' }, keep: { type: 'boolean' } },
}).values;
const copy = realpathSync(mkdtempSync(join(tmpdir(), 'llm-otel-new-provider-')));

/** Files of the tree that are no part of it. */
const LEFT_OUT = new Set(['node_modules', 'dist', 'coverage', '.git']);

function copyTree() {
  for (const name of readdirSync(root))
    if (!LEFT_OUT.has(name) && !name.startsWith('.run-'))
      cpSync(join(root, name), join(copy, name), { recursive: true });
  const modules = join(copy, 'node_modules');
  mkdirSync(modules);
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '.cache' && name !== '.vite') symlinkSync(join(root, 'node_modules', name), join(modules, name));
}

/** Step 1 of the recipe: the SDK is installed. */
function installSdk() {
  const sdk = join(copy, 'node_modules/acme-sdk');
  cpSync(join(root, 'node_modules/openai'), sdk, { recursive: true, dereference: true });
  const rewrite = (file, change) => writeFileSync(join(sdk, file), change(readFileSync(join(sdk, file), 'utf8')));
  rewrite('package.json', (text) => text.replace('"name": "openai"', '"name": "acme-sdk"'));
  for (const file of readdirSync(sdk, { recursive: true, encoding: 'utf8' }))
    if (/\.m?js$/.test(file)) rewrite(file, (text) => text.replaceAll(/\bOpenAI\b/g, 'Acme'));
  const path = join(copy, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  manifest.devDependencies['acme-sdk'] = '7.0.0';
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

/**
 * Step 6 of the recipe, the one change by hand: features of this generation of the SDK. Without them three cases of streams
 * and tee fail.
 */
function nameFeatures() {
  const path = join(copy, 'test/providers/conformance/kits/acme.ts');
  const features = "  features: () => ({ 'body-timeout': true, 'tee-closes': true, 'lazy-iterator': true }),\n});";
  writeFileSync(path, readFileSync(path, 'utf8').replace(/\}\);\s*$/, `${features}\n`));
}

const EXPORTERS = { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

/** Runs a command in the copy; its output is only of interest if it fails. */
function run(name, ...args) {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, ...EXPORTERS },
  });
  if (status !== 0) throw new Error(`${name}\n${stdout}\n${stderr}`);
  console.log(`ok  ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return stdout;
}

/** An application that knows nothing of the package; its server answers like the provider. */
const APP = `
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Acme } from 'acme-sdk';

const answer = {
  id: 'c1', object: 'chat.completion', created: 1, model: 'model-1', system_fingerprint: 'fp',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
};
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
});
await once(server.listen(0, '127.0.0.1'), 'listening');
const client = new Acme({ apiKey: 'key', baseURL: 'http://127.0.0.1:' + server.address().port });
await client.chat.completions.create({ model: 'model-1', messages: [{ role: 'user', content: 'Hello' }] });
server.close();
server.closeAllConnections();
`;

/** Parts of the one span, as the console exporter prints it. */
const SPAN = [
  "name: '@x/llm-otel/acme'",
  "name: 'chat model-1'",
  "'gen_ai.provider.name': 'acme'",
  "'gen_ai.usage.input_tokens': 9",
  "'gen_ai.usage.output_tokens': 4",
  "'gen_ai.response.finish_reasons': [ 'stop' ]",
];

function recordCall() {
  writeFileSync(join(copy, 'app.mjs'), APP);
  const printed = run('one recorded call', '--import', '@x/llm-otel/register', 'app.mjs');
  const missing = SPAN.filter((part) => !printed.includes(part));
  if (missing.length > 0 || /'openai\./.test(printed) || printed.split("name: 'chat model-1'").length !== 2)
    throw new Error(
      `the span lacks ${missing.join(', ') || 'nothing, but is not alone or has attributes of openai'}:\n${printed}`,
    );
}

try {
  copyTree();
  installSdk();
  const written = run(
    'npm run new:provider',
    'scripts/new-provider/index.mjs',
    'acme',
    '--module',
    'acme-sdk',
    ...(same ? ['--same'] : []),
  );
  console.log(written.trim().replaceAll(/^/gm, '      '));
  run('everything generated is up to date', 'scripts/generate/index.mjs', '--check');
  run('build', 'node_modules/tsdown/dist/run.mjs');
  recordCall();
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--maxWorkers=1'];
  run('tests of the readers', ...vitest, 'test/providers/acme/readers.test.ts');
  if (!short) {
    nameFeatures();
    run('types', 'node_modules/typescript/bin/tsc', '--noEmit');
    run(
      'lint',
      'node_modules/@biomejs/biome/bin/biome',
      'check',
      '--error-on-warnings',
      '--vcs-enabled=false',
      'src',
      'test',
      'scripts',
    );
    run('arrows between folders', ...vitest, 'test/architecture/arrows.test.ts');
    run(
      'conformance table, after three features were named in the kit',
      ...vitest,
      'test/providers/acme/conformance.test.ts',
    );
  }
} finally {
  if (keep) console.log(`the copy is ${copy}`);
  else rmSync(copy, { recursive: true, force: true });
}
