/** Whose claims hold: processes that share a spool. */

/** Time at which this process started, in milliseconds since 1970. The same in all threads of the process. */
export const startOfProcess = (): number => Date.now() - process.uptime() * 1000;

/** True if a process with this id runs; a process of another user counts too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
