/** Runs before each file of tests: one that runs the build fails if that is not up to date. Others do not need a build. */
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { usesBuild } from './build-age.ts';

const fault = inject('faultOfBuild');
if (fault !== '' && usesBuild(expect.getState().testPath ?? '', join(import.meta.dirname, '..'))) {
  const error = new Error(fault);
  error.stack = fault;
  throw error;
}
