import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT, runNode } from '../../support/spawn.ts';

const DIST = join(ROOT, 'dist');
const built = readdirSync(DIST).filter((name) => /^module-hooks-[\w-]+\.cjs$/.test(name));

const SDK = 'file:///app/node_modules/sdk/index.mjs';
const COMPANION = 'file:///app/node_modules/@family/one/index.mjs';
const OTHER = 'file:///app/node_modules/other/index.mjs';

/** The package `sdk` in a folder of another name. */
const folder = mkdtempSync(join(tmpdir(), 'llm-otel-async-loader-'));
writeFileSync(join(folder, 'package.json'), '{"name":"sdk"}');
afterAll(() => rmSync(folder, { recursive: true }));
const alias = pathToFileURL(join(folder, 'index.mjs')).href;

interface Answers {
  readonly wanted: string;
  readonly inBytes: string;
  readonly other: string;
  readonly commonJs: string;
  readonly twice: string;
  readonly alias: string;
  readonly mock: string;
  readonly companion: string;
  readonly withoutClass: string;
  /** URLs of one file that got the line, of a hundred that were loaded one inside another. */
  readonly chain: number;
}

/** What the hooks that `register` gives to node append to sources, as the hooks of a Node with or without synchronous ones. */
async function answersOf(synchronous: boolean): Promise<Answers> {
  const { stdout, stderr, code } = await runNode({
    type: 'mjs',
    source: `
      import Module from 'node:module';
      let load;
      if (${synchronous}) {
        Object.defineProperty(process.versions, 'node', { value: '26.0.0' });
        Module.registerHooks = (hooks) => { load = hooks.load; };
      } else {
        Module.registerHooks = undefined;
        Module.register = async (url, { data }) => {
          // A module of its own, as in the thread of the hooks: what the text closes over is not there.
          loading = import(url).then((hooks) => { hooks.initialize(structuredClone(data)); load = hooks.load; });
        };
      }
      let loading;
      const { hookModules } = (await import(${JSON.stringify(pathToFileURL(join(DIST, built[0] ?? '')).href)})).default;
      hookModules([{ module: 'sdk', files: ['index'], bindings: ['make', 'take'], companions: { module: '@family/*', files: ['index'], classes: 'Model$' } }], () => {});
      await loading;
      const ask = async (url, result) => String((await load(url, {}, () => result)).source);
      const esm = (source) => ({ format: 'module', source });
      const wanted = await ask(${JSON.stringify(SDK)}, esm('let make, take;'));
      console.log(JSON.stringify({
        wanted,
        inBytes: await ask(${JSON.stringify(SDK)}, esm(new TextEncoder().encode('let make, take;'))),
        other: await ask(${JSON.stringify(OTHER)}, esm('1')),
        commonJs: await ask(${JSON.stringify(SDK)}, { format: 'commonjs', source: '2' }),
        alias: await ask(${JSON.stringify(alias)}, esm('1')),
        companion: await ask(${JSON.stringify(COMPANION)}, esm('var AModel = class {};\\nclass B {}')),
        withoutClass: await ask(${JSON.stringify(COMPANION)}, esm('class B {}')),
        mock: await ask(${JSON.stringify(`${SDK}?esmkTreeId=1`)}, esm('1')),
        chain: (await Promise.all(Array.from({ length: 100 }, (_, i) => ask(${JSON.stringify(SDK)} + '?' + i, esm('1'))))).filter((source) => source !== '1').length,
        twice: await ask(${JSON.stringify(SDK)}, esm(wanted)),
      }));`,
  });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return JSON.parse(stdout) as Answers;
}

describe('the hooks of the build', () => {
  test('are in one file', () => {
    expect(built).toHaveLength(1);
  });

  test('append the same lines on their own thread as in the thread of the application', async () => {
    const [own, synchronous] = await Promise.all([answersOf(false), answersOf(true)]);
    expect({ ...own, chain: 0 }).toEqual({ ...synchronous, chain: 0 });
    expect(own.chain).toBeLessThan(65);
    expect(synchronous.chain).toBeLessThan(9);
    expect(own.mock).toBe('1');
    expect(own.companion).toContain('{AModel: { get: () => AModel, set: ($value) => { AModel = $value; } }});');
    expect(own.withoutClass).toBe('class B {}');
    expect(own.alias).toContain(`publish("${alias}"`);
    const [first, imported, published] = own.wanted.split('\n');
    expect(first).toBe('let make, take;');
    expect(imported).toBe(`import * as $llmOtel from "${SDK}";`);
    expect(published).toBe(
      `globalThis[Symbol.for('@x/llm-otel.modules')]?.publish("${SDK}", $llmOtel, ` +
        '{make: { get: () => make, set: ($value) => { make = $value; } }, take: { get: () => take, set: ($value) => { take = $value; } }});',
    );
    expect(own).toMatchObject({ inBytes: own.wanted, other: '1', commonJs: '2', twice: own.wanted });
  });
});
