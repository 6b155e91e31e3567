import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookModules } from '../../../src/patching/loading/module-hooks.ts';
import type { Bindings } from '../../../src/patching/wrapping/binding.ts';
import { runNode } from '../../support/spawn.ts';

interface Bus {
  publish(location: string, exports: unknown): void;
}

const require = createRequire(import.meta.url);
const bus = (): Bus => (globalThis as unknown as Record<symbol, Bus>)[Symbol.for('@x/llm-otel.modules')] as Bus;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-otel-hooks-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A file in a package of the temporary folder. */
function file(path: string, source: string): string {
  const full = join(folder, 'node_modules', path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, source);
  return full;
}

const LOCATIONS: readonly (readonly [location: string, watched: boolean])[] = [
  ['/app/node_modules/@scope/s.d-k/index.js', true],
  ['/app/node_modules/@scope/s.d-k/index.mjs', true],
  ['/app/node_modules/@scope/s.d-k/index.cjs', true],
  ['/app/node_modules/@scope/s.d-k/resources/chat.js', true],
  ['/app/node_modules/other/node_modules/@scope/s.d-k/index.js', true],
  ['/app/node_modules/.pnpm/@scope+s.d-k@1.0.0/node_modules/@scope/s.d-k/index.mjs', true],
  ['file:///app/node_modules/@scope/s.d-k/index.mjs', true],
  ['file:///app/node_modules/@scope/s.d-k/index.mjs?v=1', true],
  ['file:///app/node_modules/@scope/s.d-k/index.mjs#x', true],
  ['C:\\app\\node_modules\\@scope\\s.d-k\\index.js', true],
  ['C:\\app\\node_modules\\@scope\\s.d-k\\resources\\chat.js', true],
  ['/app/node_modules/@scope/s.d-k/index.ts', false],
  ['/app/node_modules/@scope/s.d-k/index.json', false],
  ['/app/node_modules/@scope/s.d-k/index.d.ts', false],
  ['/app/node_modules/@scope/s.d-k/my-index.js', false],
  ['/app/node_modules/@scope/s.d-k/lib/index.js', false],
  ['/app/node_modules/@scope/s.d-k/node_modules/inner/index.js', false],
  ['/app/node_modules/@scope/s.d-k-extra/index.js', false],
  ['/app/node_modules/@scope/sxd-k/index.js', false],
  ['/app/node_modules/@scope/index.js', false],
  ['/app/src/@scope/s.d-k/index.js', false],
  ['', false],
  // What test tools put in place of a module: esmock, testdouble, node:test.
  [
    'file:///app/node_modules/@scope/s.d-k/index.mjs?esmkTreeId=1&esmkModuleId=s&isfound=true&exportNames=default',
    false,
  ],
  ['file:///app/node_modules/@scope/s.d-k/index.mjs?esmkgdefs=file:///x', false],
  ['file:///app/node_modules/@scope/s.d-k/index.mjs?esmk=1', false],
  ['file:///app/node_modules/@scope/s.d-k/index.mjs?__quibble=1', false],
  ['file:///app/node_modules/@scope/s.d-k/index.mjs?v=1&node-test-mock=2', false],
];

/** Copies of the package `@scope/s.d-k` in folders of other names, and other packages in folders of that name. */
const COPIES: readonly (readonly [folder: string, manifest: string, file: string, watched: boolean])[] = [
  ['node_modules/alias', '{"name":"@scope/s.d-k"}', 'index.js', true],
  ['node_modules/@other/alias', '{"name":"@scope/s.d-k"}', 'resources/chat.mjs', true],
  ['packages/linked', '{"name":"@scope/s.d-k","version":"0.0.0"}', 'index.mjs', true],
  ['packages/with a space', '{"name":"@scope/s.d-k"}', 'index.mjs', true],
  ['node_modules/host/vendor/copy', '{"name":"@scope/s.d-k"}', 'index.js', true],
  ['packages/nameless/node_modules/@scope/s.d-k', '{"version":"1.0.0"}', 'index.js', true],
  ['packages/broken/node_modules/@scope/s.d-k', '{', 'index.js', true],
  ['packages/fork/node_modules/@scope/s.d-k', '{"name":"a-fork"}', 'index.js', false],
  ['packages/other', '{"name":"other"}', 'index.js', false],
  ['packages/odd', '{"name":{"toString":"@scope/s.d-k"}}', 'index.js', false],
  ['node_modules/alias-of-a-file', '{"name":"@scope/s.d-k"}', 'lib/index.js', false],
];

describe('what is watched', () => {
  const seen: string[] = [];
  beforeAll(() => {
    hookModules([{ module: '@scope/s.d-k', files: ['index', 'resources/chat'] }], (_, { location }) => {
      seen.push(location);
    });
  });

  test.each(LOCATIONS)('%s: %s', (location, watched) => {
    seen.length = 0;
    bus().publish(location, {});
    expect(seen).toEqual(watched ? [location] : []);
  });

  test.each(COPIES)('%s with %s, %s: %s', (path, manifest, script, watched) => {
    seen.length = 0;
    const full = join(folder, path);
    mkdirSync(full, { recursive: true });
    writeFileSync(join(full, 'package.json'), manifest);
    const url = pathToFileURL(join(full, script)).href;
    bus().publish(join(full, script), {});
    bus().publish(url, {});
    expect(seen).toEqual(watched ? [join(full, script), url] : []);
  });
});

describe('CommonJS', () => {
  test('a file that is loaded later, once', () => {
    const path = file('later-sdk/index.js', 'exports.name = "later";');
    const seen: unknown[] = [];
    hookModules([{ module: 'later-sdk', files: ['index'] }], (exports) => seen.push(exports));
    const loaded: unknown = require(path);
    expect(require(path)).toBe(loaded);
    expect(seen).toEqual([{ name: 'later' }]);
    expect(seen[0]).toBe(loaded);
  });

  test('a file that is loaded already', () => {
    const path = file('early-sdk/index.js', 'exports.name = "early";');
    require(path);
    const seen: unknown[] = [];
    hookModules([{ module: 'early-sdk', files: ['index'] }], (exports) => seen.push(exports));
    expect(seen).toEqual([{ name: 'early' }]);
  });

  test('every listener hears of it, and one that throws disturbs nobody', () => {
    const path = file('shared-sdk/index.js', 'exports.name = "shared";');
    const seen: string[] = [];
    const watched = [{ module: 'shared-sdk', files: ['index'] }];
    hookModules(watched, () => {
      throw new Error('boom');
    });
    hookModules(watched, () => seen.push('second'));
    expect(require(path)).toEqual({ name: 'shared' });
    expect(seen).toEqual(['second']);
  });

  test('names in the scope of a file, as far as they are there and can be replaced', () => {
    const source = 'function inner() { return 1; }\nconst fixed = () => 2;\nexports.outer = () => inner() + fixed();';
    const path = file('scoped-sdk/index.js', source);
    const bindings: Bindings[] = [];
    hookModules(
      [{ module: 'scoped-sdk', files: ['index'], bindings: ['inner', 'fixed', 'absent'] }],
      (_exports, loaded) => {
        if (loaded.bindings !== undefined) bindings.push(loaded.bindings);
      },
    );
    const { outer } = require(path) as { outer(): number };
    const [{ inner, fixed, absent } = {}] = bindings;
    expect(bindings).toHaveLength(1);
    expect(outer()).toBe(3);
    inner?.set(() => 10);
    expect(outer()).toBe(12);
    expect(fixed?.get()).toBeTypeOf('function');
    expect(() => fixed?.set(() => 20)).toThrow(TypeError);
    expect(() => absent?.get()).toThrow(ReferenceError);
    expect(outer()).toBe(12);
  });

  test('the classes of companions, and of no package without such a class', () => {
    const classes =
      'class Base {}\nvar TextModel = class extends Base {};\nconst NoModel = 1;\nexport_ = 1;\nclass ImageModel {}\n';
    const companion = file(
      '@family/one/dist/index.js',
      `var export_;\n${classes}exports.make = () => new TextModel();`,
    );
    const without = file('@family/two/dist/index.js', 'class Base {}\nexports.Base = Base;');
    const own = file('family/index.js', 'exports.own = true;');
    const loaded: unknown[] = [];
    const companions = { module: '@family/*', files: ['dist/index'], classes: 'Model$' };
    hookModules(
      [{ module: 'family', files: ['index'], companions }],
      (_exports, { module, companion: name, bindings }) =>
        loaded.push([
          module,
          name,
          bindings && Object.fromEntries(Object.entries(bindings).map(([k, b]) => [k, b.get()])),
        ]),
    );
    const { make } = require(companion) as { make(): object };
    expect(require(without)).toHaveProperty('Base');
    require(own);
    expect(loaded).toEqual([
      ['family', '@family/one', { TextModel: make().constructor, ImageModel: expect.any(Function) }],
      ['family', undefined, undefined],
    ]);
    loaded.length = 0;
    hookModules([{ module: 'family', files: ['index'], companions }], (_exports, { companion: name, silent }) =>
      loaded.push([name, silent]),
    );
    expect(loaded).toEqual([
      ['@family/one', true],
      ['@family/two', true],
      [undefined, true],
    ]);
  });

  test('a file that fails to load fails as before', () => {
    const path = file('broken-sdk/index.js', 'throw new TypeError("broken");');
    hookModules([{ module: 'broken-sdk', files: ['index'] }], () => {});
    expect(() => require(path)).toThrow(TypeError);
  });
});

// Hooks of ES modules are the process's: they are tried in one of its own, on what the build made.
describe('ES modules', () => {
  const app = (kind: 'mjs' | 'cjs'): string =>
    kind === 'mjs'
      ? "import OpenAI from 'openai'; console.log(OpenAI.Chat.Completions.prototype.create.toString().includes('recording'));"
      : "console.log(require('openai').OpenAI.Chat.Completions.prototype.create.toString().includes('recording'));";

  test.each(['mjs', 'cjs'] as const)('%s: the SDK is patched when the application gets it', async (type) => {
    const { stdout, stderr, code } = await runNode({
      nodeArgs: ['--import', './dist/register.mjs'],
      source: app(type),
      type,
      env: { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' },
    });
    expect({ stdout, stderr, code }).toEqual({ stdout: 'true\n', stderr: '', code: 0 });
  });
});
