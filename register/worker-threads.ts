/** Worker threads of the application: each loads register again, unless the application gives it flags of its own. */
import { subscribe } from 'node:diagnostics_channel';
import { isMainThread, setEnvironmentData, type Worker } from 'node:worker_threads';
import { backendVariables } from '../src/config/backends/with-backend.ts';
import type { Env } from '../src/config/env.ts';
import { LOADED, VARIABLES } from '../src/pipeline/manager/worker-thread.ts';
import { debug, info, warnOnce } from '../src/runtime/log.ts';
import { startTimer } from '../src/runtime/platform.ts';
import { VERSION } from '../src/runtime/version.ts';
import { callSites } from './globals/caller-version.ts';

/** Is it a variable of OpenTelemetry or of this package? */
export const isOurVariable = (name: string): boolean => /^(?:OTEL|LLM_OTEL)_/.test(name);

/** Threads that are told apart; ids of threads are counted up. */
const MOST_THREADS = 4096;
/** Frames of the stack in which the file that starts a thread is looked for. */
const MOST_FRAMES = 10;
/** Milliseconds after which a thread has loaded all that its flags name. */
const LOADING_MS = 5000;

/** Hands the variables of this thread to the worker threads that are started from now on. */
export function shareVariables(env: Env): void {
  const keys = backendVariables(env);
  const shared = Object.entries(env).filter(([name]) => isOurVariable(name) || keys.has(name));
  setEnvironmentData(VARIABLES, Object.fromEntries(shared));
}

/**
 * Warns once of a worker thread that runs without register. Each thread that loads register notes the thread in the shared
 * memory, whether register starts or stands aside: see index.ts.
 *
 * The channel tells of a new thread while the constructor runs, so that the stack names the file that starts the thread. The
 * event `worker` of `process` comes too late for that, and a listener would count as a listener of the application.
 */
export function watchWorkers(): void {
  if (!isMainThread) return;
  const loaded = new Int32Array(new SharedArrayBuffer(4 * MOST_THREADS));
  setEnvironmentData(LOADED, loaded.buffer as unknown as number);
  subscribe('worker_threads', (message) => {
    try {
      watchWorker((message as { readonly worker: Worker }).worker, loaded, startingFile());
    } catch (error) {
      debug(`at the start of a worker thread: ${String(error)}`);
    }
  });
}

function watchWorker(worker: Worker, loaded: Int32Array, startedBy: string | undefined): void {
  // Node 20 also tells of the thread of module.register(), where nothing of the application runs.
  if (worker.constructor.name === 'InternalWorker' || startedBy?.startsWith(__dirname)) return;
  const id = worker.threadId;
  const check = (): void => {
    if (loaded[id % MOST_THREADS] !== id) tellOfMissingFlag(startedBy);
  };
  // A thread that is stopped before its end may have been stopped before its beginning.
  worker.once('exit', (code) => (code === 0 ? check() : undefined));
  startTimer(check, LOADING_MS, undefined);
}

/** The file with the `new Worker()` that runs: the first file below the frames of Node. */
function startingFile(): string | undefined {
  const files = callSites(MOST_FRAMES).map((site) => site.getFileName() ?? '');
  const ofNode = files.findIndex((file) => file.startsWith('node:'));
  return files.slice(ofNode).find((file) => file !== '' && !file.startsWith('node:'));
}

/** The package in `node_modules` of a file. */
const PACKAGE = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/s;
const told = new Set<string>();

/** A warning is for a user who can pass flags. Threads that a package starts for its own purposes are the package's business. */
function tellOfMissingFlag(startedBy: string | undefined): void {
  const name = PACKAGE.exec(startedBy ?? '')?.[1];
  if (name === undefined) {
    warnOnce(
      'a worker thread runs without @x/llm-otel/register, because new Worker() was called with env, execArgv or eval, so model calls in it are not recorded. ' +
        "Pass execArgv: ['--require', '@x/llm-otel/register'] to new Worker().",
    );
    return;
  }
  if (told.has(name)) return;
  told.add(name);
  info(
    `${VERSION}: a worker thread of the package ${name} runs without @x/llm-otel/register, so model calls in it are not recorded.`,
  );
}
