import { describe, expect, test } from 'vitest';
import { runNode } from '../../support/spawn.ts';

const FAKE = `class { chat = { completions: { create: async () => ({ id: 'fake' }) } } }`;
const CALL = 'console.log((await new OpenAI({}).chat.completions.create({})).id);';

/**
 * A loader in the manner of esmock and testdouble: \`openai\` gets a URL with \`mark\`, and each import of a module with such a
 * URL gets a longer URL.
 */
const loader = (mark: string): string =>
  `data:text/javascript,${encodeURIComponent(`
  import Module from 'node:module';
  Module.register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(`
    let count = 0;
    const isMarked = (url = '') => url.includes(${JSON.stringify(mark)});
    export async function resolve(specifier, context, next) {
      const found = await next(specifier, context);
      if (specifier === 'openai' || isMarked(context.parentURL)) return { ...found, url: found.url + (isMarked(found.url) ? '&' : '?') + ${JSON.stringify(mark)} + count++ };
      return found;
    }
    export async function load(url, context, next) {
      if (!isMarked(url)) return next(url, context);
      return { format: 'module', shortCircuit: true, source: ${JSON.stringify(`export default ${FAKE};`)} };
    }`)}), 'data:');`)}`;

/** How a test puts a fake in place of the SDK. */
const MOCKS: readonly (readonly [tool: string, nodeArgs: readonly string[], source: string, type: 'mjs' | 'cjs'])[] = [
  ['esmock', ['--import', loader('esmkTreeId=1&esmkModuleId=')], `import OpenAI from 'openai'; ${CALL}`, 'mjs'],
  ['testdouble', ['--import', loader('__quibble=')], `import OpenAI from 'openai'; ${CALL}`, 'mjs'],
  [
    'mock.module',
    ['--experimental-test-module-mocks', '--no-warnings'],
    `import { mock } from 'node:test';
    mock.module('openai', { defaultExport: ${FAKE} });
    const { default: OpenAI } = await import('openai'); ${CALL}`,
    'mjs',
  ],
  [
    'an entry in the cache of require',
    [],
    `const file = require.resolve('openai');
    require.cache[file] = { id: file, filename: file, loaded: true, exports: { OpenAI: ${FAKE} } };
    new (require('@x/llm-otel').OpenAIInstrumentation)();
    const { OpenAI } = require('openai'); (async () => { ${CALL} })();`,
    'cjs',
  ],
  [
    'a function in place of require',
    [],
    `const Module = require('node:module');
    const { _load } = Module;
    Module._load = (request, ...rest) => (request === 'openai' ? { OpenAI: ${FAKE} } : _load(request, ...rest));
    new (require('@x/llm-otel').OpenAIInstrumentation)();
    const { OpenAI } = require('openai'); (async () => { ${CALL} })();`,
    'cjs',
  ],
];

describe.concurrent('an SDK that a test tool replaces is left alone, silently', () => {
  test.each(MOCKS)('%s', async (_, nodeArgs, source, type) => {
    const { stdout, stderr, code } = await runNode({
      nodeArgs: [...nodeArgs, '--import', '@x/llm-otel/register'],
      source,
      type,
      env: { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
      timeoutMs: 20_000,
    });
    expect({ stdout, stderr, code }).toEqual({ stdout: 'fake\n', stderr: '', code: 0 });
  });
});
