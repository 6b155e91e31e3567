import { isMainThread } from 'node:worker_threads';

const OWNER = 'LLM_OTEL_PROMETHEUS_PID';

/**
 * Whether this is the process that serves Prometheus: not a worker thread, and not a child of a process that serves
 * already. Children of every kind (fork, spawn, cluster) inherit the environment, so that is where it is noted.
 */
export function mayServePrometheus(): boolean {
  const owner = process.env[OWNER];
  if (!isMainThread || (owner !== undefined && owner !== String(process.pid))) return false;
  process.env[OWNER] = String(process.pid);
  return true;
}
