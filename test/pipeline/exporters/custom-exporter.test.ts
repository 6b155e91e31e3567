import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { registerExporter } from '../../../src/config/start/registered-exporters.ts';
import { customDestination } from '../../../src/pipeline/exporters/custom-exporter.ts';

const from = mkdtempSync(join(tmpdir(), 'llm-otel-'));
const PLACE = { signal: 'traces', name: 'mine', timeoutMs: 1000 } as const;
const ITEM = { resource: { attributes: { 'service.name': 'shop' } } };

/** Exports one item through a module with this source. */
async function exportTo(file: string, source: string, options: unknown = { a: 1 }) {
  writeFileSync(join(from, file), source);
  const destination = customDestination<object>({ kind: 'module', module: `./${file}`, from, options }, PLACE);
  const send = () => destination.send(destination.encode([ITEM]), 1000);
  return { first: await send(), second: await send() };
}

const seen: unknown[] = [];
Object.assign(globalThis, { __seen: seen });
const MAKE = `(options, place) => ({ export(items, done) { globalThis.__seen.push([options, place, items.length]); done({ code: 0 }); } })`;

test.each([
  ['module.exports', 'a.cjs', `module.exports = ${MAKE};`],
  ['exports.default', 'b.cjs', `exports.__esModule = true; exports.default = ${MAKE};`],
  ['a default export', 'c.mjs', `export default ${MAKE};`],
  ['a default export after an await', 'd.mjs', `await Promise.resolve(); export default ${MAKE};`],
])('a module with %s', async (_kind, file, source) => {
  seen.length = 0;
  expect(await exportTo(file, source)).toEqual({ first: { ok: true }, second: { ok: true } });
  const one = [{ a: 1 }, { signal: 'traces', name: 'mine', resource: { 'service.name': 'shop' } }, 1];
  expect(seen).toEqual([one, one]);
});

test.each([
  ['throws at load', 'e.cjs', `throw new Error('broken')`, 'exporter_error'],
  ['has no default export', 'f.cjs', 'exports.a = 1', 'exporter_error'],
  ['throws in the factory', 'g.cjs', `module.exports = () => { throw new Error('no'); }`, 'exporter_error'],
  ['makes no exporter', 'h.cjs', 'module.exports = () => ({})', 'exporter_error'],
  ['throws in export()', 'i.cjs', `module.exports = () => ({ export() { throw new Error('no'); } })`, 'exporter_error'],
  ['rejects', 'j.cjs', `module.exports = () => ({ export: async () => { throw new Error('no'); } })`, 'exporter_error'],
  ['rejects with a promise of a library', 'm.cjs', `module.exports = () => ({ export: () => ({ then: (_ok, fail) => fail(new Error('no')) }) })`, 'exporter_error'], // biome-ignore format: a row
  ['throws after an await', 'k.mjs', `await 1; throw new Error('late');`, 'exporter_error'],
  ['reports a failure', 'l.cjs', `module.exports = () => ({ export(_i, done) { done({ code: 1 }); } })`, undefined],
])('a module that %s loses the batch or keeps it', async (_kind, file, source, drop) => {
  const { first, second } = await exportTo(file, source);
  const isLost = drop !== undefined;
  expect(first).toMatchObject({ ok: false, retryable: !isLost, ...(isLost ? { drop } : {}) });
  expect(second).toMatchObject({ ok: false, retryable: !isLost });
  expect(JSON.stringify([first, second])).not.toContain('did not answer');
});

test('a module that does not exist is no destination', () => {
  const make = () => customDestination({ kind: 'module', module: './none.cjs', from, options: {} }, PLACE);
  expect(make).toThrow(/none\.cjs/);
});

test('a factory of the application', async () => {
  registerExporter('mine', () => ({ export: (_items: unknown, done: (result: object) => void) => done({ code: 0 }) }));
  const destination = customDestination<object>({ kind: 'registered', name: 'mine', options: {} }, PLACE);
  expect(destination.type).toBe('mine');
  expect(await destination.send(destination.encode([ITEM]), 1000)).toEqual({ ok: true });
  expect(() => registerExporter('Bad Name', () => ({}))).toThrow(TypeError);
  expect(() => registerExporter('good', {} as never)).toThrow(TypeError);
});
