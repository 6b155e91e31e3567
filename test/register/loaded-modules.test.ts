import { expect, test } from 'vitest';
import { runNode } from '../support/spawn.ts';

/** Prints the modules of Node that take long to load and are loaded. */
const SOURCE = `
const slow = ['https', 'http2', 'tls'].filter((name) => process.moduleLoadList.includes('NativeModule ' + name));
console.log(JSON.stringify(slow));
`;

const run = async (endpoint: string): Promise<string[]> => {
  const { stdout } = await runNode({
    nodeArgs: ['--require', '@x/llm-otel/register'],
    source: SOURCE,
    type: 'cjs',
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: 'loaded' },
  });
  return JSON.parse(stdout) as string[];
};

test('a process whose backend speaks plain HTTP loads nothing of TLS', async () => {
  expect(await run('http://127.0.0.1:9')).toEqual([]);
});

test('a process whose backend speaks HTTPS loads the module before the application', async () => {
  expect(await run('https://127.0.0.1:9')).toContain('https');
});
