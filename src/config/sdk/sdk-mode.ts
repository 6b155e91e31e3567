import { type Env, envValue } from '../env.ts';
import { oneOf } from '../parsers.ts';

/**
 * When the SDK that comes with the package runs (`LLM_OTEL_SDK`).
 * - `auto` (default): from the start, until the application registers an SDK, which then gets everything.
 * - `eager`: from the start to the end, for the telemetry of this package; an SDK of the application gets everything else.
 * - `lazy`: from the first span, meter or log record on, if no SDK is registered by then; stands down like `auto`.
 * - `off`: never; calls are instrumented and go to the SDK that the application registers.
 */
export type SdkMode = 'auto' | 'eager' | 'lazy' | 'off';

/** Reads {@link SdkMode}. */
export function sdkMode(env: Env): SdkMode {
  return envValue(env, ['LLM_OTEL_SDK'], oneOf(['auto', 'eager', 'lazy', 'off']), 'auto');
}
