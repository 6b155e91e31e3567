import { debug, firstLine, warnOnce } from '../src/runtime/log.ts';

/** Runs `run`. What it throws becomes a warning and undefined: nothing that fails here may end the application. */
export function orWarn<T>(what: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    warnOnce(`${what} could not be started, the application runs without: ${firstLine(error)}`);
    debug(error instanceof Error ? String(error.stack) : '');
    return undefined;
  }
}
