import { defineConfig } from 'vitest/config';

/** Register on Nodes that are too old; `npm run test:old-nodes`. */
export default defineConfig({
  test: {
    include: ['test/old-nodes/*.old-nodes.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/require-build.ts'],
    testTimeout: 60_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
});
