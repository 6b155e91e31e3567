/**
 * What `node --import @x/llm-otel/register` and `--require` load, before the application. It decides whether anything
 * is to be done at all, so it imports nothing that costs time: a disabled register is to cost nothing.
 */
import { VERSION } from '../src/runtime/version.ts';

const MARK = Symbol.for('@x/llm-otel.register');
const scope = globalThis as { [MARK]?: string };

function says(name: string, ...values: readonly string[]): boolean {
  return values.includes(process.env[name]?.trim().toLowerCase() ?? '');
}

/**
 * Node re-runs `--require` preloads in the thread of `module.register`. Node 20 has no flag for that thread; there it is
 * the one without a port to its parent, and with a `workerData` of null, which an application can give its workers too.
 */
function inLoaderThread(): boolean {
  const threads = process.getBuiltinModule('node:worker_threads');
  const { isInternalThread } = threads as { isInternalThread?: boolean };
  const { isMainThread, parentPort, workerData } = threads;
  return isInternalThread ?? (!isMainThread && parentPort === null && workerData === null);
}

function start(): void {
  try {
    const load = process.getBuiltinModule('node:module').createRequire(__filename);
    (load('./register-main.cjs') as typeof import('./main.ts')).startRegister();
  } catch (error) {
    // A broken installation is no reason for the application not to start. src/runtime/log.ts may be what is broken.
    const [problem] = String(error).split('\n', 1);
    if (!says('LLM_OTEL_LOG', 'none', 'error'))
      process.stderr.write(`@x/llm-otel: warning: it could not be loaded, the application runs without: ${problem}\n`);
  }
}

const off = says('OTEL_SDK_DISABLED', 'true') || says('LLM_OTEL_ENABLED', 'false', '0');

if (!off && scope[MARK] === undefined && !inLoaderThread()) {
  // Shared through the global, so that a second copy of the package stays silent as well.
  scope[MARK] = VERSION;
  start();
}
