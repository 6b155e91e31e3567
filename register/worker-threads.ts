/** Worker threads of the application: each loads register again, unless the application gives it flags of its own. */
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId, type Worker } from 'node:worker_threads';
import type { Env } from '../src/config/env.ts';
import { warnOnce } from '../src/runtime/log.ts';
import { startTimer } from '../src/runtime/platform.ts';

/** Keys of the data that Node hands to every worker thread. */
const VARIABLES = '@x/llm-otel.variables';
const LOADED = '@x/llm-otel.loaded';
const OURS = /^(?:OTEL|LLM_OTEL)_/;

/** Threads that are told apart; ids of threads are counted up. */
const MOST_THREADS = 4096;
/** Milliseconds after which a thread has loaded all that its flags name. */
const LOADING_MS = 5000;

/** The variables of the thread; a thread with an environment of its own gets missing variables from the thread that started it. */
export function inheritVariables(live: Env): Env {
  const inherited = getEnvironmentData(VARIABLES) as Env | undefined;
  return inherited === undefined || isMainThread ? live : { ...inherited, ...live };
}

/** Hands the variables of this thread to the worker threads that are started from now on. */
export function shareVariables(env: Env): void {
  setEnvironmentData(VARIABLES, Object.fromEntries(Object.entries(env).filter(([name]) => OURS.test(name))));
}

/** Notes that this thread has loaded register, and warns once of a worker thread that runs without. */
export function watchWorkers(): void {
  const shared = getEnvironmentData(LOADED);
  if (shared instanceof SharedArrayBuffer) new Int32Array(shared)[threadId % MOST_THREADS] = threadId;
  if (!isMainThread) return;
  const loaded = new Int32Array(new SharedArrayBuffer(4 * MOST_THREADS));
  setEnvironmentData(LOADED, loaded.buffer as unknown as number);
  process.on('worker', (worker: Worker) => {
    // Node 20 also emits the event for the thread of module.register(), where nothing of the application runs.
    if (worker.constructor.name === 'InternalWorker') return;
    const id = worker.threadId;
    const check = (): void => {
      if (loaded[id % MOST_THREADS] !== id) warnOfMissingFlag();
    };
    // A thread that is stopped before its end may have been stopped before its beginning.
    worker.once('exit', (code) => (code === 0 ? check() : undefined));
    startTimer(check, LOADING_MS, undefined);
  });
}

function warnOfMissingFlag(): void {
  warnOnce(
    'a worker thread runs without @x/llm-otel/register, because new Worker() was called with env, execArgv or eval, so model calls in it are not recorded. ' +
      "Pass execArgv: ['--require', '@x/llm-otel/register'] to new Worker().",
  );
}
