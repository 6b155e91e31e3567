import { clearTimeout, setTimeout } from 'node:timers';
import { debug, firstLine } from '../../runtime/log.ts';

/**
 * The result of `run`; false after `timeout` milliseconds, or if `run` fails. The timer keeps the process alive: the caller
 * waits. A `timeout` that is no number is `fallback`.
 */
export async function withinTimeout(
  timeout: number,
  fallback: number,
  run: (ms: number) => Promise<boolean>,
): Promise<boolean> {
  const ms = Number.isFinite(timeout) && timeout >= 0 ? Math.min(timeout, 2_147_483_647) : fallback;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([run(ms), late]);
  } catch (error) {
    debug(`telemetry could not be sent: ${firstLine(error)}`);
    return false;
  } finally {
    clearTimeout(timer);
  }
}
