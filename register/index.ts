/**
 * What `node --import @x/llm-otel/register` and `--require` load, before the application. It decides whether anything
 * is to be done at all, so it imports nothing that costs time: a disabled register is to cost nothing.
 */
import { VERSION } from '../src/version.ts';

const MARK = Symbol.for('@x/llm-otel.register');
const scope = globalThis as { [MARK]?: string };

function says(name: string, ...values: readonly string[]): boolean {
  return values.includes(process.env[name]?.trim().toLowerCase() ?? '');
}

/**
 * Node re-runs `--require` preloads in the thread of `module.register`. Node 20 has no flag for that thread; there its
 * `workerData` is null, while a worker of the application that was given none has undefined.
 */
function inLoaderThread(): boolean {
  const threads = process.getBuiltinModule('node:worker_threads');
  const { isInternalThread } = threads as { isInternalThread?: boolean };
  return isInternalThread ?? (!threads.isMainThread && threads.workerData === null);
}

const off = says('OTEL_SDK_DISABLED', 'true') || says('LLM_OTEL_ENABLED', 'false', '0');

if (!off && scope[MARK] === undefined && !inLoaderThread()) {
  // Shared through the global, so that a second copy of the package stays silent as well.
  scope[MARK] = VERSION;
  const load = process.getBuiltinModule('node:module').createRequire(__filename);
  (load('./register-main.cjs') as typeof import('./main.ts')).start();
}
