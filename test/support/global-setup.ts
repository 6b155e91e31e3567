/** Runs once before all tests: looks whether the build is up to date. See require-build.ts. */
import type { TestProject } from 'vitest/node';
import { faultOfBuild } from './build-age.ts';
import { ROOT } from './spawn.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What is wrong with the build, in one line; empty if it is up to date. */
    faultOfBuild: string;
  }
}

/** Hands over to the files of tests what is wrong with the build. */
export default function setup(project: TestProject): void {
  project.provide('faultOfBuild', faultOfBuild(ROOT));
}
