// How large is the package? Compares the tarball, every entry and what a hooked process loads with scripts/size-limits.json.
//   npm run check:size [-- --update] [--limits FILE]
//   --update: writes the table anew, each limit 3 % above today's value. Growth that is meant goes into one commit with the
//   table, whose body says what the bytes are for.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
const { update, limits: file } = parseArgs({
  options: {
    update: { type: 'boolean' },
    limits: { type: 'string', default: join(import.meta.dirname, 'size-limits.json') },
  },
}).values;

/** Share by which a limit is above the value of the day on which the table was written. */
const MARGIN = 1.03;

/** Processes whose loaded files are counted: flags of node, environment, and what the application runs. */
const REGISTER = ['--import', '@x/llm-otel/register'];
const PROCESSES = {
  'entry @x/llm-otel': { run: "require('@x/llm-otel')" },
  'entry @x/llm-otel/manual': { run: "require('@x/llm-otel/manual')" },
  'entry @x/llm-otel/testing': { run: "require('@x/llm-otel/testing')" },
  'register, LLM_OTEL_SDK=off': { flags: REGISTER, env: { LLM_OTEL_SDK: 'off' }, run: '' },
  'register, SDK off, openai loaded': { flags: REGISTER, env: { LLM_OTEL_SDK: 'off' }, run: "require('openai')" },
  'register, SDK on': { flags: REGISTER, run: '' },
  'register, SDK on, openai loaded': { flags: REGISTER, run: "require('openai')" },
};

/** Name of a file of the build without the hash that changes with its content; files that are loaded by name have none. */
const plainName = (name) =>
  /^(?:provider|pipeline|register)-/.test(name) ? name : name.replace(/-[\w-]{8}(?=\.(?:cjs|d\.cts|d\.mts)$)/, '');

/** Files of the build, and of OpenTelemetry's packages, that a process has loaded. */
function loadedBy({ flags = [], env = {}, run }) {
  const script = `${run};
    const files = Object.keys(require.cache).filter((file) => /[\\\\/](?:dist|node_modules[\\\\/]@opentelemetry)[\\\\/]/.test(file));
    process.stdout.write(JSON.stringify(files.filter((file) => !/[\\\\/]node_modules[\\\\/](?!@opentelemetry)/.test(file))));
    process.exit();`;
  const clean = Object.entries(process.env).filter(([name]) => !/^(?:OTEL_|LLM_OTEL_|NODE_OPTIONS$)/.test(name));
  const output = execFileSync(process.execPath, [...flags, '--eval', script], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...Object.fromEntries(clean), ...env },
  });
  return JSON.parse(output);
}

function tarball() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const output = execFileSync(npm, ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  // An array, or since npm 12 an object by package.
  const [{ size, unpackedSize, entryCount }] = Object.values(JSON.parse(output));
  return { packed: size, unpacked: unpackedSize, files: entryCount };
}

function measure() {
  const measured = { tarball: tarball() };
  for (const [name, settings] of Object.entries(PROCESSES)) {
    const files = loadedBy(settings);
    measured[name] = { bytes: files.reduce((sum, path) => sum + statSync(path).size, 0), files: files.length };
  }
  return measured;
}

/** Sizes of the files of the build, several of one name together. */
function filesOfBuild() {
  const sizes = {};
  for (const name of readdirSync(DIST).sort())
    sizes[plainName(name)] = (sizes[plainName(name)] ?? 0) + statSync(join(DIST, name)).size;
  return sizes;
}

const format = (count) => count.toLocaleString('en');
const percent = (value, limit) => `${((value / limit - 1) * 100).toFixed(1)} %`;

/** What changed in the build since the table was written, largest growth first. */
function growth(before, now) {
  return Object.entries(now)
    .map(([name, size]) => ({ name, isNew: before[name] === undefined, by: size - (before[name] ?? 0) }))
    .filter(({ by }) => by > 0)
    .sort((a, b) => b.by - a.by)
    .slice(0, 10)
    .map(({ name, isNew, by }) => `    ${name}: ${isNew ? 'new, ' : '+'}${format(by)} bytes`);
}

const measured = measure();
const files = filesOfBuild();

if (update) {
  const limitOf = (value) => Math.ceil(value * MARGIN);
  const limits = Object.fromEntries(
    Object.entries(measured).map(([name, values]) => [
      name,
      Object.fromEntries(Object.entries(values).map(([unit, value]) => [unit, limitOf(value)])),
    ]),
  );
  writeFileSync(file, `${JSON.stringify({ limits, files }, null, 2)}\n`);
}

const table = JSON.parse(readFileSync(file, 'utf8'));
const faults = [];
for (const [name, values] of Object.entries(measured)) {
  const cells = Object.entries(values).map(([unit, value]) => {
    const limit = table.limits[name]?.[unit];
    if (limit === undefined) faults.push(`${name}: no limit of ${unit} in the table`);
    else if (value > limit)
      faults.push(`${name}: ${format(value)} ${unit}, ${percent(value, limit)} above ${format(limit)}`);
    return `${format(value)} ${unit} (limit ${limit === undefined ? 'none' : format(limit)})`;
  });
  console.log(`${name}: ${cells.join(', ')}`);
}
if (faults.length > 0) {
  console.error(['', 'Too large:', ...faults.map((fault) => `  ${fault}`)].join('\n'));
  console.error(['  What grew in dist since the table was written:', ...growth(table.files, files)].join('\n'));
  console.error('If the growth is meant, write the table anew: npm run check:size -- --update');
  process.exitCode = 1;
}
