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
