import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** Real backends, installed by package name; `npm run test:backends`. A file at a time: each runs a server. */
export default defineConfig({
  test: {
    include: ['test/backends/*.backends.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/require-build.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
  define: { __VERSION__: JSON.stringify(manifest.version) },
});
