import { isMainThread } from 'node:worker_threads';

const OWNER = 'LLM_OTEL_PROMETHEUS_PID';

/**
 * Whether the process serves Prometheus: worker threads do not, and children of a process that serves do not. Child processes
 * of every kind (fork, spawn, cluster) inherit the environment, so the id of the serving process is kept in the environment.
 */
export function mayServePrometheus(): boolean {
  const owner = process.env[OWNER];
  if (!isMainThread || (owner !== undefined && owner !== String(process.pid))) return false;
  process.env[OWNER] = String(process.pid);
  return true;
}
