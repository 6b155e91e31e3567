import { describe, expect, test } from 'vitest';
import { loadByNeed, providersByNeed } from '../../scripts/build/providers-by-need.ts';
import { build } from './rolldown.ts';

const LAZY = "openai: { load: () => require('./provider-openai.cjs').openai }";

describe('a registry', () => {
  test.each([
    ['one line', "import { openai } from './openai/index.ts';\n"],
    ['several lines', "import {\n  openai,\n} from './openai/index.ts';\n"],
    ['double quotes and no semicolon', 'import { openai } from "./openai/index.ts"\n'],
  ])('loads by need what it imports in %s', (_how, line) => {
    const { text, folders } = loadByNeed(
      `${line}export const clients = { openai: { load: () => openai } };`,
      'clients.ts',
    );
    expect(text).toBe(`export const clients = { ${LAZY} };`);
    expect(folders).toEqual(['openai']);
  });

  test('may rename, import several names of a folder, and name the type that it loads', () => {
    const { text } = loadByNeed(
      "import { a as first, b } from './two/index.ts';\nexport const x = [(): Provider => first, () => b];",
      'clients.ts',
    );
    expect(text).toBe(
      "export const x = [() => require('./provider-two.cjs').a , () => require('./provider-two.cjs').b ];",
    );
  });

  test('may import types, and what is no provider', () => {
    const source = "import type { T } from './openai/index.ts';\nimport { sdks } from './sdks.ts';\n";
    expect(loadByNeed(source, 'clients.ts')).toEqual({ text: source, folders: [] });
  });

  test.each([
    ['a namespace', "import * as openai from './openai/index.ts';\nexport const load = () => openai.openai;"],
    ['a default', "import openai from './openai/index.ts';\nexport const load = () => openai;"],
    ['a re-export', "export { openai } from './openai/index.ts';"],
    ['effects alone', "import './openai/index.ts';"],
    ['several lines of a namespace', "import\n  * as openai\n  from './openai/index.ts';"],
  ])('fails the build where it imports %s', (_what, source) => {
    expect(() => loadByNeed(source, 'clients.ts')).toThrow(/^clients\.ts: the build would bundle a provider/);
  });

  test.each([
    ['a value', "import { openai } from './openai/index.ts';\nexport const clients = { openai };"],
    ['a method', "import { openai } from './openai/index.ts';\nexport const load = () => openai.patch;"],
  ])('fails the build where it uses a provider as %s', (_what, source) => {
    expect(() => loadByNeed(source, 'clients.ts')).toThrow(
      'clients.ts: the build cannot load openai by need, write `load: () => openai`',
    );
  });
});

const REGISTRIES = /[\\/]clients\.ts$/;
const sources = {
  'index.ts': "export { clients } from './clients.ts';",
  'clients.ts':
    "import {\n  openai,\n} from './openai/index.ts';\nexport const clients = { openai: { load: () => openai } };",
  'openai/index.ts': 'export const openai = { name: "openai" };',
  'groq/index.ts': 'export const groq = { name: "groq" };',
};
const input = { index: './index.ts', 'provider-openai': './openai/index.ts', 'provider-groq': './groq/index.ts' };

describe('the build', () => {
  test('keeps the provider in a file of its own', async () => {
    const files = await build(sources, input, [providersByNeed(REGISTRIES, ['openai'])]);
    expect(files['index.cjs']?.code).toContain('() => require("./provider-openai.cjs").openai');
    expect(files['index.cjs']?.moduleIds.some((id) => id.includes('openai'))).toBe(false);
  });

  test('fails for a provider that no registry imports', async () => {
    const made = build(sources, input, [providersByNeed(REGISTRIES, ['openai', 'groq'])]);
    await expect(made).rejects.toThrow(/no file that matches .* imports groq from/);
  });

  test('fails where another file of the build loads a provider at once', async () => {
    const leaking = { ...sources, 'index.ts': `${sources['index.ts']}\nexport { openai } from './openai/index.ts';` };
    const made = build(leaking, input, [providersByNeed(REGISTRIES, ['openai'])]);
    await expect(made).rejects.toThrow('providers-by-need: index.cjs loads provider-openai.cjs at once');
  });
});
