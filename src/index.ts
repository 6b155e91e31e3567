/** OpenTelemetry instrumentation for LLM SDKs: classes and options to use with your own OpenTelemetry SDK. */

import { warnOfPreloadedMainEntry } from './config/preload-flags.ts';

export * from './instrumentations.ts';
export * from './manual.ts';
export type { LlmInstrumentation, LlmInstrumentationConfig } from './patching/loading/instrumentation.ts';

warnOfPreloadedMainEntry();
