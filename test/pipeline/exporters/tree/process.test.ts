/** Processes with the tree on their terminal. Run against dist. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanEnv, ROOT, type RunOptions, type RunResult, runNode } from '../../../support/spawn.ts';

const REGISTER = ['--import', '@x/llm-otel/register'];

/** An agent with one model call, made by hand, so that no provider is needed. */
const CALL = `
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('app');
const call = (agent = 'helper') => tracer.startActiveSpan('invoke_agent ' + agent, { attributes: { 'gen_ai.operation.name': 'invoke_agent' } }, (outer) => {
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 1412, 'gen_ai.response.finish_reasons': ['stop'] };
  tracer.startSpan('chat gpt-4o-mini', { attributes, kind: 2 }).end();
  outer.end();
});
`;

const TREE =
  /^● invoke_agent helper +\S+ ms\n└─ ● chat gpt-4o-mini +\S+ ms +1,412 +stop\nΣ 1 model call · 1,412 in · .* · [0-9a-f]{8}\n/m;

const run = (
  body: string,
  env: NonNullable<RunOptions['env']>,
  onStdout?: RunOptions['onStdout'],
): Promise<RunResult> => runNode({ nodeArgs: REGISTER, source: CALL + body, env, ...(onStdout && { onStdout }) });

describe.concurrent('a process with LLM_OTEL_CONSOLE', () => {
  test('prints the tree on stderr, and sends nothing', async () => {
    const result = await run("call(); console.log('done');", { LLM_OTEL_CONSOLE: '1', LLM_OTEL_LOG: 'info' });
    expect(result).toMatchObject({ code: 0, stdout: 'done\n' });
    expect(result.stderr).toMatch(TREE);
    expect(result.stderr).toContain('traces to stderr, metrics to nowhere, logs to nowhere');
    expect(result.stderr.match(/●/g)).toHaveLength(2);
  });

  test('=stdout prints on stdout', async () => {
    const result = await run('call();', { LLM_OTEL_CONSOLE: 'stdout' });
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(TREE);
  });

  test('=json prints an object a model call', async () => {
    const { stderr } = await run('call(); call(); process.exit();', { LLM_OTEL_CONSOLE: 'json' });
    const calls = stderr.trim().split('\n');
    expect(calls.map((line) => JSON.parse(line).name)).toEqual(['chat gpt-4o-mini', 'chat gpt-4o-mini']);
  });

  test.each([
    ['by process.exit()', "call(); call('second'); process.exit(3);", 3, null],
    ['by an uncaught error', "call(); call('second'); throw new Error('boom');", 1, null],
    ['by SIGTERM', "call(); call('second'); setInterval(() => {}, 1000); console.log('ready');", null, 'SIGTERM'],
  ] as const)('that ends %s prints everything, and the total', async (_how, body, code, signal) => {
    const result = await run(body, { LLM_OTEL_CONSOLE: '1' }, (text, kill) => {
      if (text.includes('ready')) kill('SIGTERM');
    });
    expect(result).toMatchObject({ code, signal });
    expect(result.stderr).toMatch(TREE);
    expect(result.stderr).toMatch(/^● invoke_agent second/m);
    expect(result.stderr.match(/^Σ total: 2 model calls · 2,824 in · 2 traces$/gm)).toHaveLength(1);
  });

  test('that lives on prints a trace when the trace has ended', async () => {
    const body = 'call(); setInterval(() => {}, 1000);';
    const result = await run(body, { LLM_OTEL_CONSOLE: 'stdout' }, (text, kill) => {
      if (text.includes('Σ')) kill('SIGKILL');
    });
    expect(result).toMatchObject({ signal: 'SIGKILL', timedOut: false });
    expect(result.stdout).toMatch(TREE);
  });

  test('whose reader is gone ends as without the package', async () => {
    const file = join(ROOT, '.run-no-reader.mjs');
    // Waits until the test has closed the pipe, and warns besides.
    await writeFile(
      file,
      `${CALL}process.stdin.once('data', () => { call(); setTimeout(() => process.exit(4), 600); });`,
    );
    try {
      const env = cleanEnv({ LLM_OTEL_CONSOLE: '1', LLM_OTEL_CONSOLE_WIDTH: 'wide', LLM_OTEL_LOG: 'debug' });
      const child = spawn(process.execPath, [...REGISTER, file], { cwd: ROOT, env });
      child.stdout.destroy();
      child.stderr.destroy();
      child.stdin.write('go\n');
      expect(await once(child, 'exit')).toEqual([4, null]);
    } finally {
      await rm(file);
    }
  });
});

test('the tree is loaded where the tree is asked for', async () => {
  const loaded =
    "import { createRequire } from 'node:module'; console.log(Object.keys(createRequire(import.meta.url).cache).some((name) => name.includes('pipeline-tree')));";
  const none = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  const [without, withTree] = await Promise.all([
    run(loaded, { ...none, OTEL_TRACES_EXPORTER: 'console' }),
    run(loaded, { ...none, OTEL_TRACES_EXPORTER: 'llm-console' }),
  ]);
  expect([without.stdout, withTree.stdout]).toEqual(['false\n', 'true\n']);
});
