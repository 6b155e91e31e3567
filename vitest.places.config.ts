import { defineConfig } from 'vitest/config';

/** Applications that are built, moved to another folder and run there; `npm run test:places`. */
export default defineConfig({
  test: {
    include: ['test/places/*.places.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/require-build.ts'],
    testTimeout: 120_000,
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
