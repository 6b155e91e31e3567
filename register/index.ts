/**
 * Loaded by `node --import @x/llm-otel/register` and `--require`, before the application. This file decides whether register
 * does anything, and imports nothing that costs time: a disabled register must cost nothing. For the same reason, and
 * because src/config may be the broken part of a broken installation, this file reads its variables without src/config.
 */
import { VERSION } from '../src/runtime/version.ts';

const MARK = Symbol.for('@x/llm-otel.register');
const scope = globalThis as { [MARK]?: string };

function envIsOneOf(name: string, ...values: readonly string[]): boolean {
  return values.includes(process.env[name]?.trim().toLowerCase() ?? '');
}

/**
 * Node runs `--require` preloads again in the thread of `module.register`. Node 20 has no flag for the loader thread. In Node
 * 20 the loader thread has no port to a parent and has a `workerData` of null; an application can give null to a worker too.
 */
function inLoaderThread(): boolean {
  const threads = process.getBuiltinModule('node:worker_threads');
  const { isInternalThread } = threads as { isInternalThread?: boolean };
  const { isMainThread, parentPort, workerData } = threads;
  return isInternalThread ?? (!isMainThread && parentPort === null && workerData === null);
}

function start(): void {
  try {
    (require('./register-main.cjs') as typeof import('./main.ts')).startRegister();
  } catch (error) {
    // The application starts even with a broken installation. src/runtime/log.ts may be the broken part, so stderr is used.
    const [problem] = String(error).split('\n', 1);
    if (!envIsOneOf('LLM_OTEL_LOG', 'none', 'error'))
      process.stderr.write(`@x/llm-otel: warning: it could not be loaded, the application runs without: ${problem}\n`);
  }
}

const off = envIsOneOf('OTEL_SDK_DISABLED', 'true') || envIsOneOf('LLM_OTEL_ENABLED', 'false', '0');

if (!off && scope[MARK] === undefined && !inLoaderThread()) {
  // In the global object, so that a second copy of the package does nothing too.
  scope[MARK] = VERSION;
  start();
}
