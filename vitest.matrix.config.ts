import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** The version matrix; see test/versions/run.mjs. */
export default defineConfig({
  test: {
    include: ['test/versions/*.matrix.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/require-build.ts'],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    maxConcurrency: 3,
  },
  define: { __VERSION__: JSON.stringify(manifest.version) },
});
