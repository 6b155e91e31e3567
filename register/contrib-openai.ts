/**
 * `@opentelemetry/instrumentation-openai` (contrib) comes with auto-instrumentations-node and would make a second span for
 * every call. If contrib is loaded in another way, as an ES module or by hand, each call skips the wrappers of contrib: see
 * src/patching/wrapping/other-wrappers.ts.
 */
import { resolveConfig } from '../src/config/options.ts';

const DISABLED = 'OTEL_NODE_DISABLED_INSTRUMENTATIONS';
const MODULE = /[\\/]@opentelemetry[\\/]instrumentation-openai[\\/]/;

interface Instrumentation {
  /**
   * InstrumentationBase calls `_onRequire` with the exports of every hooked module, and hands on the returned exports.
   * Private: checked with 0.223.0 by test/otel/names-of-the-api.test.ts.
   */
  _onRequire(module: unknown, exports: unknown): unknown;
}

/** Switches contrib off: by the variable if contrib is loaded later, by its class if contrib was loaded before. */
export function disableContribOpenai(env: NodeJS.ProcessEnv, cache: Readonly<Record<string, unknown>>): void {
  if (resolveConfig({}, env).otherInstrumentations === 'keep') return;
  const names = (env[DISABLED] ?? '').split(',').map((name) => name.trim());
  if (!names.includes('openai')) env[DISABLED] = [...names.filter((name) => name !== ''), 'openai'].join(',');
  for (const file of Object.keys(cache)) {
    if (!MODULE.test(file)) continue;
    const { exports } = cache[file] as { exports?: { OpenAIInstrumentation?: { prototype: Instrumentation } } };
    const { OpenAIInstrumentation } = exports ?? {};
    // Contrib has patched nothing yet: the application, which imports openai, runs after register.
    if (OpenAIInstrumentation !== undefined)
      OpenAIInstrumentation.prototype._onRequire = (_module, moduleExports) => moduleExports;
  }
}
