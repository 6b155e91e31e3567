import { defineConfig } from 'vitest/config';

/** Frameworks above the SDKs, each in applications of its own; `npm run test:frameworks`. */
export default defineConfig({
  test: {
    include: ['test/frameworks/*.frameworks.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/require-build.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    maxConcurrency: 2,
  },
});
