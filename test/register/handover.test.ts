import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { runApplication } from './application.ts';

/** How every version of the API registers; see its internal/global-utils. */
const api = (version: string): string => `
const VERSION = '${version}';
const re = /^(\\d+)\\.(\\d+)\\.(\\d+)(-(.+))?$/;
const KEY = Symbol.for('opentelemetry.js.api.1');
const register = (type, instance) => {
  const api = (globalThis[KEY] = globalThis[KEY] ?? { version: VERSION });
  if (api[type]) return 'duplicate';
  if (api.version !== VERSION) return 'version ' + api.version;
  api[type] = instance;
  return re.test(VERSION);
};`;

const USE = `
const provider = { getTracer: () => ({ startSpan: () => ({ end() { console.log('theirs'); } }) }) };
console.log(register('trace', provider), register('trace', provider), register('diag', {}));
globalThis[KEY].trace.getTracer('t').startSpan('s').end();
console.log(globalThis[KEY].version);`;

describe.concurrent('a copy of the API that is found nowhere but on the stack', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'api-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.for(['1.3.0', '1.9.0', '1.10.0', '1.12.3'])('registers from its own package (%s)', async (version) => {
    const path = join(folder, version, 'node_modules', '@opentelemetry', 'api');
    await mkdir(path, { recursive: true });
    await writeFile(
      join(path, 'package.json'),
      JSON.stringify({ name: '@opentelemetry/api', version, type: 'module' }),
    );
    // The constant is not to be found in the file here: only the package.json tells.
    const source = api(version).replace(`'${version}'`, `'${version.slice(0, 2)}' + '${version.slice(2)}'`);
    await writeFile(join(path, 'index.js'), `${source} export { KEY, register };`);
    const url = pathToFileURL(join(path, 'index.js')).href;
    const { stdout, stderr } = await runApplication(`const { KEY, register } = await import('${url}');${USE}`);
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(0, 2)).toEqual(['true duplicate true', 'theirs']);
    expect(stdout.split('\n')[2]).toBe(version === '1.12.3' ? version : '1.10.0');
  });

  it.for(['1.9.0', '1.10.0'])('registers from inside a bundle (%s)', async (version) => {
    const { stdout } = await runApplication(api(version) + USE);
    expect(stdout.split('\n').slice(0, 2)).toEqual(['true duplicate true', 'theirs']);
  });
});

describe.concurrent('without an SDK of the application', () => {
  it('an API that is newer than the one register was loaded with sees the provider', async () => {
    const receiver = await startOtlpReceiver();
    // What 1.10 asks of a global before it uses it.
    const body = `const global = globalThis[Symbol.for('opentelemetry.js.api.1')];
      console.log(Number(global.version.split('.')[1]) >= 10, typeof global.logs.getLogger('l').emit);`;
    const { stdout } = await runApplication(body, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(stdout).toBe('true function\n');
    await receiver.close();
  });

  it('flushes when asked through the provider', async () => {
    const receiver = await startOtlpReceiver();
    const body = `trace.getTracer('t').startSpan('s').end();
      const provider = trace.getTracerProvider();
      await (provider.getDelegate?.() ?? provider).forceFlush();
      process.kill(process.pid, 'SIGKILL');`;
    await runApplication(body, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    expect(receiver.spans()).toHaveLength(1);
    await receiver.close();
  });
});
