/**
 * `@opentelemetry/instrumentation-openai` (contrib) comes with auto-instrumentations-node and would make a second span for
 * every call. The class of contrib is silenced when the file of the class is loaded, before or after register. The environment
 * of the application stays as it is: a child process without register records with contrib. A copy of contrib inside a bundle
 * is met at each call: see src/patching/wrapping/other-wrappers.ts.
 */
import type { WatchedFiles } from '../src/patching/loading/module-hooks.ts';

/** The file of the class, for the module hooks. */
export const CONTRIB_OPENAI = {
  module: '@opentelemetry/instrumentation-openai',
  files: ['build/src/instrumentation', 'build/esm/instrumentation', 'build/esnext/instrumentation'],
} as const satisfies WatchedFiles;

interface Instrumentation {
  /**
   * InstrumentationBase calls `_onRequire` with the exports of every hooked module, and hands on the returned exports.
   * Private: checked with 0.223.0 by test/otel/names-of-the-api.test.ts.
   */
  _onRequire(module: unknown, exports: unknown): unknown;
}

/** Keeps the class of contrib from patching: the application, which imports openai, runs after register. */
export function silenceContribOpenai(exports: unknown): void {
  const { OpenAIInstrumentation } = exports as { OpenAIInstrumentation?: { prototype: Instrumentation } };
  if (OpenAIInstrumentation !== undefined)
    OpenAIInstrumentation.prototype._onRequire = (_module, moduleExports) => moduleExports;
}
