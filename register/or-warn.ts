import { debug, firstLine, warnOnce } from '../src/runtime/log.ts';

/** Returns the result of `run`. An error becomes a warning and undefined: a failure of register must not end the application. */
export function orWarn<T>(what: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    warnOnce(`${what} could not be started, the application runs without: ${firstLine(error)}`);
    debug(error instanceof Error ? String(error.stack) : '');
    return undefined;
  }
}
