/** Output of the package in processes whose stdout or stderr has no reader any more, or a reader that is slow. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnv, ROOT } from '../support/spawn.ts';
import { LOADED } from './application.ts';

type Output = 'stdout' | 'stderr';
const DEAD = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_BSP_SCHEDULE_DELAY: '50' };
const CONSOLE = { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'console', OTEL_LOGS_EXPORTER: 'console' };

const SPANS = `
const { trace, metrics } = require('@opentelemetry/api');
const work = () => {
  trace.getTracer('app').startSpan('s').end();
  metrics.getMeter('app').createCounter('hits').add(1);
};`;
/** Records for a second, and tells in a file what the application notices. */
const notice = (body: string): string => `
const noticed = [];
const listen = (name) => process.on(name, (error) => noticed.push(name + ' ' + error.code));
${body}
setTimeout(() => {
  require('node:fs').writeFileSync(process.env.NOTICED, JSON.stringify(noticed));
  process.exit(0);
}, 1500);`;

const LISTEN = `${SPANS}
listen('uncaughtException');
for (const name of ['stdout', 'stderr']) process[name].on('error', () => noticed.push(name));
const timer = setInterval(work, 100);`;
const WORKER = `
const { isMainThread, Worker } = require('node:worker_threads');
listen('uncaughtException');
if (isMainThread) new Worker(${JSON.stringify(`${SPANS} setInterval(work, 100); setTimeout(() => process.exit(), 1000);`)}, { eval: true });`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(ROOT, '.run-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let runs = 0;

/** Runs `body` with closed outputs; returns the exit code and what the application noticed. */
function runClosed(body: string, closed: readonly Output[], env: Record<string, string>) {
  const name = join(folder, String(runs++));
  writeFileSync(`${name}.cjs`, body);
  const noticed = `${name}.json`;
  const child = spawn(process.execPath, [...LOADED.cjs, `${name}.cjs`], {
    cwd: ROOT,
    env: cleanEnv({ ...env, NOTICED: noticed }),
  });
  for (const output of ['stdout', 'stderr'] as const)
    if (closed.includes(output)) child[output].destroy();
    else child[output].resume();
  return new Promise<{ code: number | null; noticed: unknown }>((resolve) => {
    child.on('exit', (code) => resolve({ code, noticed: JSON.parse(readFileSync(noticed, 'utf8')) }));
  });
}

describe.concurrent('an output without a reader', () => {
  it.each<[what: string, body: string, closed: Output[], env: Record<string, string>]>([
    ['messages', `${SPANS} setInterval(work, 100);`, ['stderr'], { ...DEAD, LLM_OTEL_LOG: 'debug' }],
    ['messages, with listeners', LISTEN, ['stderr'], { ...DEAD, LLM_OTEL_LOG: 'debug' }],
    ['messages of a worker thread', WORKER, ['stderr'], { ...DEAD, LLM_OTEL_LOG: 'debug' }],
    ['the console exporter', `${SPANS} setInterval(work, 100);`, ['stdout'], CONSOLE],
    ['the console exporter, with listeners', LISTEN, ['stdout', 'stderr'], CONSOLE],
    [
      'messages through a replaced write',
      `const { write } = process.stderr;
       process.stderr.write = function (...args) { return write.apply(this, args); };
       listen('uncaughtException'); ${SPANS} setInterval(work, 100);`,
      ['stderr'],
      { ...DEAD, LLM_OTEL_LOG: 'debug' },
    ],
  ])('%s: the application does not notice', async (_, body, closed, env) => {
    const bare = await runClosed(notice(body), closed, { ...env, OTEL_SDK_DISABLED: 'true' });
    expect(bare).toEqual({ code: 0, noticed: [] });
    expect(await runClosed(notice(body), closed, env)).toEqual(bare);
  });
});

it('prints all spans to a reader that is slow', async () => {
  const file = join(folder, 'slow.cjs');
  writeFileSync(file, `${SPANS} for (let i = 0; i < 1000; i++) work();`);
  const child = spawn(process.execPath, [...LOADED.cjs, file], {
    cwd: ROOT,
    env: cleanEnv({ OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' }),
  });
  let printed = '';
  const started = new Promise((resolve) => child.stdout.once('readable', resolve));
  await started;
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(printed.match(/ {2}name: 's',/g)).toHaveLength(1000);
});
