/** What a worker thread shares with the main thread that runs `register`. Node hands the data to every worker thread. */
import { getEnvironmentData, isMainThread, threadId } from 'node:worker_threads';
import type { Env } from '../../config/env.ts';

/** Key of the variables that `register` has read in the main thread. */
export const VARIABLES = '@x/llm-otel.variables';
/** Key of the shared memory in which each thread with telemetry notes its id. */
export const LOADED = '@x/llm-otel.loaded';

/** The variables of the thread; a thread with an environment of its own gets missing variables from the thread that started it. */
export function inheritVariables(live: Env): Env {
  const inherited = getEnvironmentData(VARIABLES) as Env | undefined;
  return inherited === undefined || isMainThread ? live : { ...inherited, ...live };
}

/** Notes that this thread has called `startTelemetry()`, so that the main thread does not warn. register/index.ts does the same. */
export function noteThread(): void {
  const shared: unknown = getEnvironmentData(LOADED);
  if (isMainThread || !(shared instanceof SharedArrayBuffer)) return;
  const loaded = new Int32Array(shared);
  loaded[threadId % loaded.length] = threadId;
}
