import { debug, warnOnce } from '../src/runtime/log.ts';

/** An error as messages show it. Node lists who required a missing file, one a line. */
export function inOneLine(error: unknown): string {
  return String(error).split('\n', 1)[0] ?? '';
}

/** Runs `run`. What it throws becomes a warning and undefined: nothing that fails here may end the application. */
export function attempt<T>(what: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    warnOnce(`${what} could not be started, the application runs without: ${inOneLine(error)}`);
    debug(error instanceof Error ? String(error.stack) : '');
    return undefined;
  }
}
