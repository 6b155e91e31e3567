// Writes everything that follows from the registry of SDKs, src/providers/sdks.ts.
//   npm run generate [-- --check]   --check: writes nothing, and fails if a file is not what it would be
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { documents } from './documents.mjs';
import { readRegistry } from './registry.mjs';
import { sources } from './sources.mjs';

const root = join(import.meta.dirname, '../..');
const { check } = parseArgs({ options: { check: { type: 'boolean' } } }).values;

/** The text as `npm run format` leaves it. */
function formatted(path, text) {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [biome, 'check', '--write', `--stdin-file-path=${path}`],
    { cwd: root, input: text, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`biome cannot format ${path}: ${stderr}`);
  return stdout;
}

const rows = await readRegistry(root);
const files = {
  ...Object.fromEntries(Object.entries(sources(root, rows)).map(([path, text]) => [path, formatted(path, text)])),
  ...documents(root, rows),
};
const stale = Object.entries(files).filter(
  ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
);
if (!check) for (const [path, text] of stale) writeFileSync(join(root, path), text);
for (const [path] of stale) console.log(`${check ? 'not up to date' : 'written'}: ${path}`);
if (check && stale.length > 0) {
  console.log('run npm run generate');
  process.exitCode = 1;
}
