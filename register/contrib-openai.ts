/**
 * `@opentelemetry/instrumentation-openai` comes with auto-instrumentations-node and would make a second span for every
 * call. One that comes in another way, as an ES module or by hand, is passed over call by call: see
 * src/patching/wrapping/other-wrappers.ts.
 */
const DISABLED = 'OTEL_NODE_DISABLED_INSTRUMENTATIONS';
const MODULE = /[\\/]@opentelemetry[\\/]instrumentation-openai[\\/]/;

interface Instrumentation {
  /** InstrumentationBase calls it for every module it hooks, with the module's exports, and hands on what it returns. */
  _onRequire(module: unknown, exports: unknown): unknown;
}

/** Switches it off, whether it is loaded later (by the variable) or was loaded before. */
export function disableContribOpenai(env: NodeJS.ProcessEnv, cache: Readonly<Record<string, unknown>>): void {
  if (env.LLM_OTEL_OTHER_INSTRUMENTATIONS?.trim().toLowerCase() === 'keep') return;
  const names = (env[DISABLED] ?? '').split(',').map((name) => name.trim());
  if (!names.includes('openai')) env[DISABLED] = [...names.filter((name) => name !== ''), 'openai'].join(',');
  for (const file of Object.keys(cache)) {
    if (!MODULE.test(file)) continue;
    const { exports } = cache[file] as { exports?: { OpenAIInstrumentation?: { prototype: Instrumentation } } };
    const { OpenAIInstrumentation } = exports ?? {};
    // It is not patched in yet: the application, which imports openai, runs after this.
    if (OpenAIInstrumentation !== undefined)
      OpenAIInstrumentation.prototype._onRequire = (_module, moduleExports) => moduleExports;
  }
}
