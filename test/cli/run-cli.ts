/** Runs the command line of the build. */
import { join } from 'node:path';
import { ROOT, type RunOptions, type RunResult, runNode } from '../support/spawn.ts';

/** File behind `bin` of package.json. */
export const CLI = join(ROOT, 'dist/cli/llm-otel.mjs');

/** Runs `llm-otel` with `args`. */
export const runCli = (args: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  runNode({ timeoutMs: 30_000, ...options, file: CLI, args });
