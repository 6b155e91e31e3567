import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import type { Stats } from '../../../src/viewer/page-data.ts';
import { ROOT } from '../../support/spawn.ts';
import { CLI, runCli } from '../run-cli.ts';
import { testFolder } from './running-view.ts';

const FREE = ['--port', '0', '--ui-port', '0', '--grpc-port', '0'];

/** Starts the command, and reads the first line. */
async function startCommand(args: readonly string[]): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [CLI, 'view', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string];
  return { child, line };
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'prints its addresses, shows the page, and ends with 0 at %s',
  async (signal) => {
    const { child, line } = await startCommand(FREE);
    const [, ui, otlp] =
      line.match(/^llm-otel view: (http:\/\/localhost:\d+\/) \(OTLP (http:\/\/localhost:\d+), gRPC localhost:\d+\)$/) ??
      [];
    const page = await fetch(ui ?? '');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(
      (
        await fetch(`${otlp}/v1/traces`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        })
      ).status,
    ).toBe(200);
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([0, null]);
  },
);

test('prints its addresses as JSON', async () => {
  const { child, line } = await startCommand([...FREE, '--json']);
  expect(JSON.parse(line)).toEqual({
    ui: expect.stringMatching(/^http:\/\/localhost:\d+\/$/),
    otlp: expect.stringMatching(/^http:\/\/localhost:\d+$/),
    grpc: expect.stringMatching(/^localhost:\d+$/),
    pid: child.pid,
  });
});

test.each(['--port', '--ui-port', '--grpc-port'])('%s that is taken: wrong usage', async (option) => {
  const port = await takenPort();
  const { code, stdout, stderr } = await runCli(['view', ...FREE, option, String(port)]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`llm-otel: ${option}: port ${port} is taken`);
});

test.each([
  [['--port', 'x'], '--port: expected 0 to 65535, got "x"'],
  [['--prot', '1'], 'unknown option "--prot" for "view", did you mean "--port"?'],
  [['app.js'], 'view: unexpected "app.js"; a program stands behind --, a file behind --file'],
  [['--'], 'view: expected a command behind --'],
  [
    ['--host', '0.0.0.0'],
    '--host 0.0.0.0: other machines could read your prompts; add --token with at least 16 characters',
  ],
])('view %o: wrong usage', async (args, message) => {
  const { code, stdout, stderr } = await runCli(['view', ...args]);
  expect([code, stdout, stderr]).toEqual([2, '', `llm-otel: ${message}\n`]);
});

test('a program sends to the view, and the view ends with its code after the last data', async () => {
  const folder = testFolder();
  const app = join(folder, 'app.mjs');
  writeFileSync(
    app,
    `const { trace } = await import(${JSON.stringify(join(ROOT, 'node_modules/@opentelemetry/api/build/src/index.js'))});
     trace.getTracer('t').startSpan('chat m', { attributes: { 'gen_ai.operation.name': 'chat' } }).end();
     console.error(process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT, process.env.OTEL_BSP_SCHEDULE_DELAY);
     process.exitCode = 7;`,
  );
  const save = join(folder, 'saved.jsonl');
  const { code, stdout, stderr } = await runCli(['view', ...FREE, '--save', save, '--', process.execPath, app]);
  expect([code, stderr.trim()]).toEqual([7, 'SPAN_ONLY 200']);
  expect(stdout).toMatch(/^llm-otel view: /);
  const again = await startCommand([...FREE, '--json', '--file', save]);
  const { ui } = JSON.parse(again.line) as { ui: string };
  expect(((await (await fetch(new URL('/api/stats', ui))).json()) as Stats).calls).toBe(1);
});

test('a program that cannot be started ends the view', async () => {
  const { code, stderr } = await runCli(['view', ...FREE, '--', '/nowhere/program']);
  expect([code, stderr]).toEqual([2, 'llm-otel: no such command "/nowhere/program"\n']);
});

test('run --view shows the calls of a file', async () => {
  const app = join(testFolder(), 'app.cjs');
  writeFileSync(
    app,
    'console.log(process.env.OTEL_EXPORTER_OTLP_ENDPOINT, ...process.argv.slice(2)); process.exitCode = 5;',
  );
  const { code, stdout } = await runCli(['run', '--view', app, '--port', '1']);
  expect(code).toBe(5);
  const [first = '', second = ''] = stdout.split('\n');
  expect(first).toMatch(/^llm-otel view: http:\/\/localhost:/);
  expect(second).toMatch(/^http:\/\/localhost:\d+ --port 1$/);
});
