/**
 * Versions of `@opentelemetry/api` without an SDK: each registers a provider while `register` holds the globals, from its
 * package and from a bundle. `npm run test:matrix -- test/versions/api.matrix.ts` runs this file alone.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { versionInText } from '../../register/globals/caller-version.ts';
import { API_VERSIONS, BUNDLE_KINDS, bundleOf, REGISTER_TWICE, REGISTERED_ONCE } from '../register/api-bundle.ts';
import { LOADED } from '../register/application.ts';
import { installFolder } from '../support/folders.ts';
import { runNode } from '../support/spawn.ts';

/** The oldest and the newest that the peer range allows. */
const SLICE: readonly string[] = ['1.9.0', '1.10.0'];
const only = new RegExp(process.env.MATRIX_ONLY ?? '');
const isWanted = (version: string): boolean =>
  only.test(`@opentelemetry/api@${version}`) && (process.env.MATRIX_SLICE !== '1' || SLICE.includes(version));

describe.each(API_VERSIONS)('@opentelemetry/api %s', (version) => {
  const run = isWanted(version) ? test : test.skip;
  let folder = '';
  beforeAll(async () => {
    if (isWanted(version)) folder = await installFolder(`api-${version}`, { '@opentelemetry/api': version });
  });

  async function printed(file: string, type: 'mjs' | 'cjs', source: string): Promise<string> {
    await mkdir(join(folder, 'apps'), { recursive: true });
    const path = join(folder, 'apps', `${file}.${type}`);
    await writeFile(path, source);
    const { stdout, stderr } = await runNode({ file: path, nodeArgs: LOADED[type] });
    expect(stderr).toBe('');
    return stdout;
  }

  const names = '{ context, diag, trace }';
  run.each([
    ['mjs', `import api from '@opentelemetry/api';\nconst ${names} = api;`],
    ['cjs', `const ${names} = require('@opentelemetry/api');`],
  ] as const)('registers from its package (%s)', async (type, load) => {
    expect(await printed('package', type, `${load}\n${REGISTER_TWICE}`)).toBe(REGISTERED_ONCE);
  });

  run.each(BUNDLE_KINDS)('registers from a bundle ($format, minified: $minify)', async (kind) => {
    const code = await bundleOf(
      folder,
      kind,
      `import { context, diag, trace } from '@opentelemetry/api';${REGISTER_TWICE}`,
    );
    expect(versionInText(code)).toBe(version);
    const type = kind.format === 'esm' ? 'mjs' : 'cjs';
    expect(await printed(`bundle-${kind.minify}`, type, code)).toBe(REGISTERED_ONCE);
  });
});
