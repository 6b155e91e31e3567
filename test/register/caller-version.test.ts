import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { versionInText } from '../../register/globals/caller-version.ts';
import { ROOT, runNode } from '../support/spawn.ts';
import { API_VERSIONS, BUNDLE_KINDS, bundleOf, REGISTER_TWICE, REGISTERED_ONCE } from './api-bundle.ts';
import { LOADED } from './application.ts';

const manifest = readFileSync(join(ROOT, 'node_modules/@opentelemetry/api/package.json'), 'utf8');
const { version } = JSON.parse(manifest) as { version: string };

it('the installed API is one of those that were checked', () => {
  expect(API_VERSIONS).toContain(version);
});

it.concurrent.for(BUNDLE_KINDS)(
  'is read in a bundle of the installed API ($format, minified: $minify)',
  async (kind) => {
    const code = await bundleOf(
      ROOT,
      kind,
      `import { context, diag, trace } from '@opentelemetry/api';${REGISTER_TWICE}`,
    );
    expect(versionInText(code)).toBe(version);
    const type = kind.format === 'esm' ? 'mjs' : 'cjs';
    const { stdout, stderr } = await runNode({
      source: code,
      type,
      nodeArgs: LOADED[type],
      env: { LLM_OTEL_LOG: 'none' },
    });
    expect({ stdout, stderr }).toEqual({ stdout: REGISTERED_ONCE, stderr: '' });
  },
);

const LOGS = `import { logs } from '@opentelemetry/api-logs';
const provider = { getLogger: () => ({ emit: () => console.log('theirs') }) };
console.log(logs.setGlobalLoggerProvider(provider) === provider, logs.setGlobalLoggerProvider({}) === provider);
logs.getLogger('l').emit({});`;

it.concurrent.for(BUNDLE_KINDS)('logs register from a bundle ($format, minified: $minify)', async (kind) => {
  const type = kind.format === 'esm' ? 'mjs' : 'cjs';
  const { stdout } = await runNode({
    source: await bundleOf(ROOT, kind, LOGS),
    type,
    nodeArgs: LOADED[type],
    env: { OTEL_LOGS_EXPORTER: 'otlp', LLM_OTEL_LOG: 'none' },
  });
  expect(stdout).toBe('true true\ntheirs\n');
});

const PARSED = '/^(\\d+)\\.(\\d+)\\.(\\d+)(-(.+))?$/';
const REFUSED = 'Registration of version v';

it.each([
  ['a constant before the pattern', `const VERSION = '1.9.0';\nconst re = ${PARSED};`],
  ['a renamed constant', `var a="1.9.0",b=${PARSED};`],
  [
    'comments between constant and pattern',
    `exports.VERSION = '1.9.0';\n/* ${'Apache '.repeat(200)}*/\nconst re = ${PARSED};`,
  ],
  ['another package before the API', `const VERSION = '1.30.1';\nconst other = 'x';\nvar v = "1.9.0", re = ${PARSED};`],
  ['another package behind the API', `var v = "1.9.0", re = ${PARSED};\nconst VERSION = '1.30.1';`],
  ['the order of modules changed', `const re = ${PARSED}; exports.VERSION = "1.9.0";`],
  ['in place of the constant', `if(c.version!==\`1.9.0\`){let n=Error(\`@opentelemetry/api: ${REFUSED}\`+c.version)}`],
  ['the sides changed', `if("1.9.0"!==c.version){const r=new Error(\`@opentelemetry/api: ${REFUSED}`],
  [
    'the comparison of another package before',
    `if (p.version !== '1.2.3') throw new Error('${'p'.repeat(200)}');\nvar v="1.9.0",r=${PARSED}`,
  ],
])('is read: %s', (_how, text) => {
  expect(versionInText(text)).toBe('1.9.0');
});

it.for(['', 'const version = "2.1.0";', `const re = ${PARSED};`])('is not made up: %s', (text) => {
  expect(versionInText(text)).toBeUndefined();
});
