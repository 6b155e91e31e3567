import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/require-build.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The page runs in a browser, out of sight of the coverage of Node.
    coverage: { provider: 'v8', include: ['src/**/*.ts'], exclude: ['src/viewer/**'], thresholds: { lines: 90 } },
  },
  define: { __VERSION__: JSON.stringify(manifest.version) },
});
