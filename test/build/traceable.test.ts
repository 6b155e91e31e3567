import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFileTrace } from '@vercel/nft';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Files of the build that an application gets by naming them itself, and files that such files share. */
const OTHER_ENTRIES =
  /^(?:(?:manual|testing|pipeline|primitives|start)|(?:llm-call|read-spool|start-telemetry|status)-[\w-]{8})\.cjs$/;

test('tools that copy what an application needs find every file that register loads', async () => {
  const { fileList } = await nodeFileTrace([join(ROOT, 'dist/register.mjs'), join(ROOT, 'dist/index.mjs')], {
    base: ROOT,
  });
  const found = new Set([...fileList].map((file) => file.replaceAll('\\', '/')));
  const missing = readdirSync(join(ROOT, 'dist'))
    .filter((file) => /\.(?:cjs|json)$/.test(file) && !/\.d\.cjs$/.test(file) && !OTHER_ENTRIES.test(file))
    .filter((file) => !found.has(`dist/${file}`));
  expect(missing).toEqual([]);
});

test('no thread is started by a path that Turbopack takes for any file of the folder', () => {
  const codes = readdirSync(join(ROOT, 'dist')).filter((file) => /(?<!\.d)\.[cm]js$/.test(file));
  const startsThread = (file: string): boolean => /new [\w$.]*Worker\(/.test(codeOf(file));
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter(startsThread)).toEqual([]);
});

/** The code of a file of the build, without texts: a warning speaks of `new Worker()`. */
const codeOf = (file: string): string =>
  readFileSync(join(ROOT, 'dist', file), 'utf8').replaceAll(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""');
