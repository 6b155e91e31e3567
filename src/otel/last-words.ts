/** Work that is done at once when the process ends. */

type Run = () => void;

/** Shared by all copies of this package: `register` of one copy ends the process. */
const LAST_WORDS = Symbol.for('@x/llm-otel.last-words');
const scope = globalThis as unknown as { [LAST_WORDS]?: Set<Run> };

/**
 * Runs `run` when the process ends: by itself, by `process.exit()`, and, with `register`, by a signal. `run` must not wait for
 * anything, and may run several times.
 */
export function addLastWords(run: Run): void {
  if (scope[LAST_WORDS] === undefined) {
    scope[LAST_WORDS] = new Set();
    const { process } = globalThis as { process?: Partial<Pick<NodeJS.Process, 'on'>> };
    process?.on?.('exit', sayLastWords);
  }
  scope[LAST_WORDS].add(run);
}

/** Runs everything that was added. Never throws. */
export function sayLastWords(): void {
  for (const run of scope[LAST_WORDS] ?? []) {
    try {
      run();
    } catch {
      // the process ends
    }
  }
}
