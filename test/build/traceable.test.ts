import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { nodeFileTrace } from '@vercel/nft';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** Files of the build that an application gets by naming them itself, and files that such files share. */
const OTHER_ENTRIES = /^(?:(?:manual|testing|pipeline|start)|(?:read-spool|start-telemetry)-[\w-]{8})\.cjs$/;

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
