import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { isMainThread } from 'node:worker_threads';

/** Start of the name of the socket by which a serving process is known to the children of the process. */
const SOCKET = 'llm-otel-prometheus-';
/** Most generations of processes that are looked at. */
const MOST_ANCESTORS = 32;

/**
 * Whether the process serves Prometheus: worker threads do not, and children of a process that serves do not. The mark is a
 * socket in the abstract namespace of Linux, with the process id in the name: the kernel lists the socket at once, and removes
 * the socket when the process ends in any way. The environment, which children inherit, belongs to the application.
 */
export function mayServePrometheus(): boolean {
  if (!isMainThread || process.platform !== 'linux') return isMainThread;
  try {
    if (hasServingAncestor(readFileSync('/proc/net/unix', 'latin1'))) return false;
  } catch {
    return true; // a container without /proc
  }
  const mark = createServer().on('error', () => {});
  // `exclusive`: the worker of a cluster would ask the primary process to listen.
  mark.listen({ path: `\0${SOCKET}${process.pid}`, exclusive: true });
  mark.unref();
  return true;
}

/** Whether a child may find the port taken by a parent that serves, where no socket tells the child. */
export function mayShareThePort(): boolean {
  return process.platform !== 'linux' && process.send !== undefined;
}

function hasServingAncestor(sockets: string): boolean {
  const serving = new Set(Array.from(sockets.matchAll(new RegExp(`@${SOCKET}(\\d+)`, 'g')), ([, pid]) => Number(pid)));
  let pid = process.ppid;
  for (let generation = 0; serving.size > 0 && pid > 0 && generation < MOST_ANCESTORS; generation++) {
    if (serving.has(pid)) return true;
    pid = parentOf(pid);
  }
  return false;
}

/** Id of the parent of a process; 0 where the parent is unknown. */
function parentOf(pid: number): number {
  try {
    // `12 (name) S 3 ...`: the name may hold any text.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, '').trim().split(' ');
    return Number(parent) || 0;
  } catch {
    return 0; // the process of another user
  }
}
