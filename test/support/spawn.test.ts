import { afterEach, expect, test, vi } from 'vitest';
import { runNode } from './spawn.ts';

afterEach(() => vi.unstubAllEnvs());

test('runs source with a clean environment and reports how it ended', async () => {
  vi.stubEnv('OTEL_SERVICE_NAME', 'the caller');
  vi.stubEnv('OPENAI_API_KEY', 'the caller');
  const result = await runNode({
    source: `
      import { readFileSync } from 'node:fs';
      console.log(JSON.stringify([process.env.OTEL_SERVICE_NAME, process.env.OPENAI_API_KEY, process.env.MINE, process.argv[2]]));
      console.error(readFileSync(0, 'utf8'));
      process.exitCode = 3;
    `,
    env: { MINE: 'set' },
    args: ['argument'],
    input: 'typed',
  });
  expect(JSON.parse(result.stdout)).toEqual([null, null, 'set', 'argument']);
  expect(result).toMatchObject({ code: 3, signal: null, stderr: 'typed\n', timedOut: false });
});

test('resolves the dependencies of the package from source', async () => {
  const result = await runNode({ type: 'cjs', source: `console.log(typeof require('openai'))` });
  expect(result).toMatchObject({ code: 0, stdout: 'function\n' });
});

test('a signal at a point of the output', async () => {
  const result = await runNode({
    source: `console.log('ready'); setInterval(() => {}, 1000);`,
    onStdout: (text, kill) => text.includes('ready') && kill('SIGTERM'),
  });
  expect(result).toMatchObject({ code: null, signal: 'SIGTERM' });
});

test('a child that never ends is killed', async () => {
  const result = await runNode({ source: 'setInterval(() => {}, 1000);', timeoutMs: 300 });
  expect(result).toMatchObject({ signal: 'SIGKILL', timedOut: true });
});
