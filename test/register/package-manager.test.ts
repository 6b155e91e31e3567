import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { isPackageManager } from '../../register/package-manager.ts';
import { cleanEnv, ROOT, runNode } from '../support/spawn.ts';

describe('main files', () => {
  it.each([
    '/usr/bin/npm',
    '/usr/local/bin/npx',
    '/usr/lib/node_modules/npm/bin/npm-cli.js',
    '/usr/share/nodejs/npm/bin/npx-cli.js',
    'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js',
    'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-prefix.js',
    '/var/cache/node/corepack/v1/pnpm/9.1.0/bin/pnpm.cjs',
    '/usr/lib/node_modules/corepack/dist/pnpm.js',
    '/usr/lib/node_modules/corepack/dist/yarn.js',
    '/usr/lib/node_modules/corepack/dist/corepack.js',
    '/usr/bin/corepack',
    '/opt/yarn-v1.22.22/bin/yarn.js',
    '/app/.yarn/releases/yarn-4.5.0.cjs',
    '/usr/bin/yarn',
    '/usr/bin/pnpx',
  ])('%s is a package manager', (file) => expect(isPackageManager(file)).toBe(true));

  it.each([
    undefined,
    '',
    '/app/main.js',
    '/app/npm.js',
    '/app/yarn.js',
    '/app/my-npm',
    '/app/node_modules/npm-run-all/bin/npm-run-all/index.js',
    '/app/node_modules/.bin/next',
    '/app/node_modules/yarn-deduplicate/index.js',
    '/srv/npm/app/server.js',
  ])('%s is none', (file) => expect(isPackageManager(file)).toBe(false));
});

test('npm with the flag in NODE_OPTIONS is left alone, and the script of npm is recorded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'llm-otel-npm-'));
  const scripts = { start: 'node main.cjs' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true, scripts }));
  writeFileSync(join(folder, 'main.cjs'), "console.log('runs');");
  const { NODE_OPTIONS: _, ...env } = cleanEnv();
  const command = `const { execSync } = require('child_process'); execSync('npm --silent start', { stdio: 'inherit' });`;
  const { stdout, stderr } = await runNode({
    args: ['-e', command],
    cwd: folder,
    env: {
      ...env,
      NODE_OPTIONS: `--require ${join(ROOT, 'dist', 'register.cjs')}`,
      LLM_OTEL_LOG: 'info',
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
  });
  rmSync(folder, { recursive: true });
  expect(stdout).toBe('runs\n');
  const lines = stderr.split('\n').filter((line) => line.includes('npm') || line.includes('service shop'));
  expect(lines.some((line) => /not started in .*npm/.test(line))).toBe(true);
  // The parent of npm and the application.
  expect(stderr.match(/traces to console/g)).toHaveLength(2);
});
