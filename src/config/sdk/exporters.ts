import { type Env, envList, envValue } from '../env.ts';
import { oneOf } from '../parsers.ts';

/** Exporters of each signal; an empty list turns the signal off. */
export interface Exporters {
  readonly traces: readonly ('otlp' | 'console' | 'zipkin')[];
  readonly metrics: readonly ('otlp' | 'prometheus' | 'console')[];
  readonly logs: readonly ('otlp' | 'console')[];
}

/**
 * When the SDK that comes with the package runs (`LLM_OTEL_SDK`).
 * - `auto` (default): from the start, until the application registers an SDK, which then gets everything.
 * - `eager`: from the start to the end; the application's registration is refused, as OpenTelemetry refuses a second registration.
 * - `lazy`: from the first span, meter or log record on, if no SDK is registered by then; stands down like `auto`.
 * - `off`: never; calls are instrumented and go to the SDK that the application registers.
 */
export type SdkMode = 'auto' | 'eager' | 'lazy' | 'off';

/** Reads {@link SdkMode}. */
export function sdkMode(env: Env): SdkMode {
  return envValue(env, ['LLM_OTEL_SDK'], oneOf(['auto', 'eager', 'lazy', 'off']), 'auto');
}

/** Reads the exporter lists. Warns about names that cannot be used. */
export function exporters(env: Env): Exporters {
  const otlp = ['otlp'] as const;
  return {
    traces: envList(env, 'OTEL_TRACES_EXPORTER', ['otlp', 'console', 'zipkin'], otlp, {
      jaeger: 'otlp',
      logging: 'console',
    }),
    metrics: envList(env, 'OTEL_METRICS_EXPORTER', ['otlp', 'prometheus', 'console'], otlp, { logging: 'console' }),
    logs: envList(env, 'OTEL_LOGS_EXPORTER', ['otlp', 'console'], otlp, { logging: 'console' }),
  };
}
