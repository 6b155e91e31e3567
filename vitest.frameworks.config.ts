import { defineConfig } from 'vitest/config';

/** Frameworks above the SDKs, each in applications of its own; `npm run test:frameworks`. */
export default defineConfig({
  test: {
    include: ['test/frameworks/*.frameworks.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    maxConcurrency: 2,
  },
});
