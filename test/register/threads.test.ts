import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication, TYPES } from './application.ts';

const span = (name: string): string =>
  `require('@opentelemetry/api').trace.getTracer('app').startSpan('${name}').end();`;

describe.concurrent('worker threads and children', () => {
  for (const type of TYPES)
    it.each([
      ['by itself', ''],
      ['by process.exit()', 'process.exit(0);'],
      ['by an error', "throw new Error('boom');"],
    ])(`a worker that ends %s exports its spans (${type})`, async (_, end) => {
      const receiver = await startOtlpReceiver();
      const body = `const { isMainThread, Worker } = require('node:worker_threads');
        if (isMainThread) {
          const worker = new Worker(process.argv[1]);
          worker.on('error', () => {});
          worker.on('exit', () => { ${span('in the main thread')} });
        } else { ${span('in the worker')} ${end} }`;
      const result = await runApplication(body, { type, env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
      expect(result.code).toBe(0);
      const names = receiver.spans().map(({ name }) => name);
      expect(names.sort()).toEqual(['in the main thread', 'in the worker']);
      await receiver.close();
    });

  it.each([
    ['an environment of its own', { env: {} }],
    ['an environment with a value', { env: { A: '1' } }],
  ])('a worker with %s has the settings of the main thread', async (_, options) => {
    const receiver = await startOtlpReceiver();
    const body = `const { isMainThread, Worker } = require('node:worker_threads');
      if (isMainThread) new Worker(process.argv[1], ${JSON.stringify(options)});
      else { ${span('in the worker')} console.log(Object.keys(process.env).join()); }`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: 'shop' };
    const { stdout, stderr } = await runApplication(body, { type: 'cjs', env });
    expect([stdout, stderr]).toEqual([`${Object.keys(options.env).join()}\n`, '']);
    expect(receiver.spans().map(({ name, resource }) => [name, resource['service.name']])).toEqual([
      ['in the worker', 'shop'],
    ]);
    await receiver.close();
  });

  it('a worker of a process that is switched off is switched off', async () => {
    const body = `const { isMainThread, Worker } = require('node:worker_threads');
      if (isMainThread) new Worker(process.argv[1], { env: {} });
      else console.log(Symbol.for('@x/llm-otel.register') in globalThis);`;
    const { stdout } = await runApplication(body, { type: 'cjs', env: { LLM_OTEL_ENABLED: 'false' } });
    expect(stdout).toBe('false\n');
  });

  it.each([
    ['execArgv', ['--require', '@x/llm-otel/register'], {}, { execArgv: [] }],
    ['env without NODE_OPTIONS', [], { NODE_OPTIONS: '--require @x/llm-otel/register' }, { env: {} }],
  ])('a worker that runs without register is told: %s', async (_, nodeArgs, env, options) => {
    const body = `const { isMainThread, Worker } = require('node:worker_threads');
      if (isMainThread) for (let i = 0; i < 2; i++) new Worker(process.argv[1], ${JSON.stringify(options)});
      else console.log(Symbol.for('@x/llm-otel.register') in globalThis);`;
    const { stdout, stderr } = await runApplication(body, { type: 'cjs', nodeArgs, env });
    expect(stdout).toBe('false\nfalse\n');
    expect(stderr).toMatch(/^@x\/llm-otel: warning: a worker thread runs without .* are not recorded\. .*\n$/);
  });

  it.each([
    [
      'its variables switch register off',
      "new Worker(process.argv[1], { env: { ...process.env, LLM_OTEL_ENABLED: 'false' } })",
    ],
    [
      'it starts as npm',
      "new Worker(process.argv[1], { env: { ...process.env, AS_NPM: '1' }, execArgv: ['--require', folder + '/as-npm.cjs', ...process.execArgv] })",
    ],
  ])('a worker in which register stands aside runs with register: %s', async (_, start) => {
    const body = `const { isMainThread, Worker } = require('node:worker_threads');
      const folder = require('node:path').dirname(process.argv[1]);
      const npm = "process.argv[1] = '/usr/lib/node_modules/npm/bin/npm-cli.js';";
      if (isMainThread) { require('node:fs').writeFileSync(folder + '/as-npm.cjs', npm); ${start}; }
      else console.log('in the worker');`;
    const { stdout, stderr } = await runApplication(body, { type: 'cjs' });
    expect({ stdout, stderr }).toEqual({ stdout: 'in the worker\n', stderr: '' });
  });

  it.each([
    ['with the settings of the main thread', '', ['shop']],
    ['with settings of its own', "serviceName: 'worker'", ['worker']],
    ['switched off', 'enabled: false', []],
  ])('a worker without flags that calls startTelemetry() runs with register: %s', async (_, options, services) => {
    const receiver = await startOtlpReceiver();
    const body = `const { isMainThread, Worker } = require('node:worker_threads');
      if (isMainThread) new Worker(process.argv[1], { execArgv: [], env: {} });
      else { require('@x/llm-otel/start').startTelemetry({ ${options} }); ${span('in the worker')} }`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SERVICE_NAME: 'shop' };
    const { stderr } = await runApplication(body, { type: 'cjs', env });
    expect(stderr).toBe('');
    expect(receiver.spans().map(({ resource }) => resource['service.name'])).toEqual(services);
    await receiver.close();
  });

  it.each([
    ['a data: URL', "new URL('data:text/javascript,')"],
    ['code', "'0', eval"],
    ['a file', '__filename'],
  ])('a worker of a package runs without register, for %s: no warning, a line at the level info', async (_, what) => {
    const [source = '', isEval] = what.split(', ');
    const options = `{ execArgv: []${isEval === undefined ? '' : ', eval: true'}, env: {} }`;
    const library = `const { isMainThread, Worker } = require('node:worker_threads');
      class Pool extends Worker {}
      if (isMainThread) exports.start = () => new Pool(${source}, ${options});`;
    const body = `const { mkdirSync, writeFileSync } = require('node:fs');
      const folder = require('node:path').dirname(process.argv[1]) + '/node_modules/@vendor/anr';
      mkdirSync(folder, { recursive: true });
      writeFileSync(folder + '/index.js', ${JSON.stringify(library)});
      for (let i = 0; i < 2; i++) require('@vendor/anr').start();`;
    const [quiet, loud] = await Promise.all([
      runApplication(body, { type: 'cjs' }),
      runApplication(body, { type: 'cjs', env: { LLM_OTEL_LOG: 'info' } }),
    ]);
    expect(quiet.stderr).toBe('');
    const lines = loud.stderr.split('\n').filter((line) => line.includes('a worker thread'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^@x\/llm-otel: [\d.]+: a worker thread of the package @vendor\/anr runs without @x\/llm-otel\/register, so model calls in it are not recorded\.$/,
      ),
    ]);
  });

  it('a process that may start no threads tells what it loses, in the words of the documentation', async () => {
    const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission';
    const nodeArgs = [flag, '--allow-fs-read=*', '--require', '@x/llm-otel/register'];
    const body = `${span('at the end')} process.exit(3);`;
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const { code, stderr } = await runApplication(body, { type: 'cjs', nodeArgs, env });
    const words = 'no thread could be started at the end of the process';
    expect(code).toBe(3);
    expect(stderr).toMatch(new RegExp(`1 span lost .*: ${words}`));
    expect(readFileSync('docs/troubleshooting.md', 'utf8')).toContain(words);
  });

  it('the thread of module.register() is no worker of the application', async () => {
    const hooks = "'data:text/javascript,export const resolve = (name, context, next) => next(name, context);'";
    const body = `require('node:module').register(${hooks}); setTimeout(() => console.log('end'), 5500);`;
    const { stdout, stderr } = await runApplication(body, { type: 'cjs' });
    expect({ stdout, stderr }).toEqual({ stdout: 'end\n', stderr: '' });
  });

  it('a worker is registered whatever data it is given', async () => {
    const body = `const { isMainThread, Worker, workerData } = require('node:worker_threads');
      if (isMainThread) for (const workerData of [undefined, null, { a: 1 }]) new Worker(process.argv[1], { workerData });
      else console.log(workerData, Symbol.for('@x/llm-otel.register') in globalThis);`;
    const { stdout } = await runApplication(body, { type: 'cjs' });
    expect(stdout.trim().split('\n').sort()).toEqual(['null true', 'undefined true', '{ a: 1 } true']);
  });

  it('the thread of the loader hooks is not', async () => {
    const receiver = await startOtlpReceiver();
    const hooks = `data:text/javascript,${encodeURIComponent(
      "process._rawDebug('in the loader:', Symbol.for('@x/llm-otel.register') in globalThis); export {};",
    )}`;
    const body = `require('node:module').register(${JSON.stringify(hooks)}); import('node:fs');`;
    const { stderr } = await runApplication(body, { type: 'cjs', env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(stderr).toContain('in the loader: false\n');
    await receiver.close();
  });

  it('a forked child exports its spans', async () => {
    const receiver = await startOtlpReceiver();
    const body = `const { fork } = require('node:child_process');
      if (process.send) { ${span('in the child')} process.disconnect(); }
      else { ${span('in the parent')} fork(process.argv[1]); }`;
    await runApplication(body, { type: 'cjs', env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(
      receiver
        .spans()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['in the child', 'in the parent']);
    await receiver.close();
  });
});
