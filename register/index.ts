/**
 * Loaded by `node --import @x/llm-otel/register` and `--require`, before the application. This file decides whether register
 * does anything, and loads no other file of the package before: a disabled register must cost nothing, and in NODE_OPTIONS
 * every Node of a machine loads this file. So the file is limited to syntax and modules of Node 12: no `?.`, no `??`, no `node:`
 * before a name. test/build/old-syntax.test.ts reads the file of the build; `npm run test:old-nodes` starts old Nodes.
 */
import type { ConfigProblem } from '../src/config/file/problem.ts';
import { isPackageManager } from './package-manager.ts';

/** Put in by the build. Not from src/runtime/version.ts, which the build puts into a file with newer syntax. */
declare const __VERSION__: string;

export type { ConfigProblem };

const MARK = Symbol.for('@x/llm-otel.register');
const scope = globalThis as { [MARK]?: string };

/** Text of a variable in lower case. src/config is not used: it has newer syntax, and may be the broken part of a broken installation. */
function envText(name: string): string {
  return (process.env[name] || '').trim().toLowerCase();
}

/**
 * Writes a line to the descriptor of stderr. The stream of the application is not used: a write to a closed stream ends the
 * process. src/runtime/write-line.ts does the same, with newer syntax.
 */
function writeLine(line: string): void {
  try {
    // biome-ignore lint/style/useNodejsImportProtocol: Node 12 does not know the prefix
    (require('fs') as typeof import('node:fs')).writeSync(2, `@x/llm-otel: ${line}\n`);
  } catch (_error) {
    // stderr has no reader
  }
}

/** Warns once a process: worker threads load register too. */
function warn(message: string): void {
  if (!workerThreads().isMainThread) return;
  const level = envText('LLM_OTEL_LOG');
  if (level !== 'none' && level !== 'error') writeLine(`warning: ${message}`);
}

function info(message: string): void {
  const level = envText('LLM_OTEL_LOG') || envText('OTEL_LOG_LEVEL');
  if (['info', 'debug', 'verbose', 'all'].indexOf(level) !== -1) writeLine(`${__VERSION__}: ${message}`);
}

type Threads = typeof import('node:worker_threads') & { isInternalThread?: boolean };

function workerThreads(): Threads {
  // biome-ignore lint/style/useNodejsImportProtocol: Node 12 does not know the prefix
  return require('worker_threads') as Threads;
}

/** Key of the data by which worker threads with an environment of their own know that the process is switched off. */
const OFF = '@x/llm-otel.off';

/** Key of the shared memory of worker-threads.ts, in which each thread that has loaded this file notes its id. */
const LOADED = '@x/llm-otel.loaded';

/** Notes that this thread has loaded register: a thread in which register stands aside runs with register too. */
function noteThread(): void {
  const { getEnvironmentData, threadId } = workerThreads();
  const shared = typeof getEnvironmentData === 'function' ? getEnvironmentData(LOADED) : undefined;
  if (!(shared instanceof SharedArrayBuffer)) return;
  const loaded = new Int32Array(shared);
  loaded[threadId % loaded.length] = threadId;
}

/** The variable that switches register off. */
function switchedOffBy(): string | undefined {
  if (envText('OTEL_SDK_DISABLED') === 'true') return 'OTEL_SDK_DISABLED';
  if (['false', '0', 'no', 'off'].indexOf(envText('LLM_OTEL_ENABLED')) !== -1) return 'LLM_OTEL_ENABLED';
  const { getEnvironmentData } = workerThreads();
  // Node 12 has no such data.
  const inherited = typeof getEnvironmentData === 'function' ? getEnvironmentData(OFF) : undefined;
  return typeof inherited === 'string' ? inherited : undefined;
}

/**
 * Node runs `--require` preloads again in the thread of `module.register`. Node 20 has no flag for the loader thread. In Node
 * 20 the loader thread has no port to a parent and has a `workerData` of null; an application can give null to a worker too.
 */
function inLoaderThread(): boolean {
  const threads = workerThreads();
  if (threads.isInternalThread !== undefined) return threads.isInternalThread;
  return !threads.isMainThread && threads.parentPort === null && threads.workerData === null;
}

/** Name of a runtime other than Node that runs programs of Node. */
function otherRuntime(): string | undefined {
  if (process.versions.bun !== undefined) return 'Bun';
  return process.versions.deno === undefined ? undefined : 'Deno';
}

/** A function that the package needs and the runtime lacks. The functions are looked for, not a version: Node gets backports. */
function missingFunction(): string | undefined {
  if (typeof process.getBuiltinModule !== 'function') return 'process.getBuiltinModule';
  // biome-ignore lint/style/useNodejsImportProtocol: Node 12 does not know the prefix
  const { register, registerHooks } = require('module') as { register?: unknown; registerHooks?: unknown };
  return typeof register === 'function' || typeof registerHooks === 'function' ? undefined : 'module.register';
}

function start(): void {
  try {
    (require('./register-main.cjs') as typeof import('./main.ts')).startRegister();
  } catch (error) {
    // The application starts even with a broken installation.
    warn(`it could not be loaded, the application runs without: ${String(error).split('\n', 1)[0]}`);
  }
}

/**
 * Checks the text of a configuration file, as `OTEL_CONFIG_FILE` names such a file. Returns no more than ten problems; none
 * if the file can be used.
 *
 * @example
 * for (const { line, column, pointer, message } of validateConfig(text, { file: 'otel.yaml' }))
 *   console.log(`${line}:${column} ${pointer}: ${message}`);
 */
export function validateConfig(text: string, options: { readonly file: string }): ConfigProblem[] {
  const { validateConfig: validate } = require('./config-file.cjs') as typeof import('../src/pipeline/config-file.ts');
  return validate(text, options);
}

/** Starts, or says why not. */
function startUnlessUnfit(): void {
  const off = switchedOffBy();
  const runtime = otherRuntime();
  const missing = missingFunction();
  if (off !== undefined) {
    const { isMainThread, setEnvironmentData } = workerThreads();
    if (typeof setEnvironmentData === 'function') setEnvironmentData(OFF, off);
    if (isMainThread) info(`switched off by ${off}, nothing is recorded.`);
  } else if (runtime !== undefined)
    warn(
      `${runtime} cannot load SDKs through @x/llm-otel/register, so nothing is recorded. Pass each client to instrument() of @x/llm-otel/manual.`,
    );
  else if (isPackageManager(process.argv[1]))
    info(`not started in ${process.argv[1]}; programs that a package manager starts are recorded.`);
  else if (missing !== undefined)
    warn(
      `@x/llm-otel/register needs ${missing}, and Node ${process.version} has no such function, so nothing is recorded. Use Node 20.19, 22.15 or newer.`,
    );
  else start();
}

if (scope[MARK] === undefined && !inLoaderThread()) {
  noteThread();
  // In the global object, so that a second copy of the package does nothing too.
  if (switchedOffBy() === undefined) scope[MARK] = __VERSION__;
  startUnlessUnfit();
}
