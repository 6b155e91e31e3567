// Runs the version matrix, or with --slice the part of it that every change has to pass; ends with a table.
//   npm run test:matrix [-- --slice] [--only REGEX] [options of vitest]
//   --only: matched against "openai@7.55.0, OpenTelemetry 3.1"
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'llm-otel-table-'));
const table = join(folder, 'table.txt');
const env = { ...process.env, MATRIX_TABLE: table };
const args = [];
const given = process.argv.slice(2);
for (let arg = given.shift(); arg !== undefined; arg = given.shift()) {
  if (arg === '--slice') env.MATRIX_SLICE = '1';
  else if (arg === '--only') env.MATRIX_ONLY = given.shift() ?? '';
  else args.push(arg);
}

for (const [command, ...rest] of [
  ['npm', 'run', 'build', '--silent', '--', '--logLevel', 'error'],
  ['npx', '--no', 'vitest', 'run', '--config', 'vitest.matrix.config.ts', ...args],
]) {
  const { status } = spawnSync(command, rest, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) continue;
  process.exitCode = status ?? 1;
  break;
}
if (existsSync(table)) process.stdout.write(readFileSync(table, 'utf8'));
rmSync(folder, { recursive: true });
