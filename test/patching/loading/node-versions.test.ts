import Module from 'node:module';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rowsOf } from '../../support/source-tables.ts';

type Internals = {
  prototype: { load: unknown; _compile: unknown };
  registerHooks?: unknown;
  register?: unknown;
};
const internals = Module as unknown as Internals;
const { registerHooks, register } = internals;
const { load, _compile } = internals.prototype;
const versions = Object.getOwnPropertyDescriptor(process, 'versions') as PropertyDescriptor;

beforeEach(() => {
  vi.resetModules();
  internals.register = vi.fn();
});
afterEach(() => {
  Object.assign(internals, { registerHooks, register });
  Object.assign(internals.prototype, { load, _compile });
  Object.defineProperty(process, 'versions', versions);
});

/** Which hooks a Node gets: those in its own thread, or those on another one. */
const NODES: readonly (readonly [version: string, sync: boolean])[] = [
  ['20.20.2', false],
  ['22.22.2', false],
  ['22.21.9', false],
  ['22.22.3', true],
  ['22.23.0', true],
  ['23.11.1', false],
  ['24.11.0', false],
  ['24.10.9', false],
  ['24.11.1', true],
  ['24.12.0', true],
  ['25.0.9', false],
  ['25.1.0', true],
  ['25.2.1', true],
  ['26.0.0', true],
  ['30.1.2', true],
];

test.each(NODES)('Node %s has hooks in its own thread: %s', async (version, sync) => {
  const hooks = vi.fn();
  internals.registerHooks = hooks;
  Object.defineProperty(process, 'versions', { ...versions, value: { ...process.versions, node: version } });
  const { hookModules } = await import('../../../src/patching/loading/module-hooks.ts');
  hookModules([{ module: 'some-sdk', files: ['index'] }], () => {});
  hookModules([{ module: 'other-sdk', files: ['index'] }], () => {});
  // One hook for all patterns in the own thread; the other thread is told of each.
  expect([hooks.mock.calls.length, vi.mocked(internals.register as () => void).mock.calls.length]).toEqual(
    sync ? [1, 0] : [0, 2],
  );
});

test('a Node that has no such hooks gets the others', async () => {
  internals.registerHooks = undefined;
  Object.defineProperty(process, 'versions', { ...versions, value: { ...process.versions, node: '26.0.0' } });
  const { hookModules } = await import('../../../src/patching/loading/module-hooks.ts');
  hookModules([{ module: 'some-sdk', files: ['index'] }], () => {});
  expect(internals.register).toHaveBeenCalledOnce();
});

test('every line of Node in the table has rows here', () => {
  const lines = rowsOf('src/patching/loading/module-hooks.ts', 'SYNC_HOOKS_SINCE');
  const tested = new Set(NODES.map(([version]) => version.split('.')[0]));
  expect(lines.filter((line) => !tested.has(line))).toEqual([]);
});
