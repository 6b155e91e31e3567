import type { Env } from './env.ts';
import { envChoice, envList } from './env.ts';

/** Where each signal goes; an empty list turns the signal off. */
export interface Exporters {
  readonly traces: readonly ('otlp' | 'console' | 'zipkin')[];
  readonly metrics: readonly ('otlp' | 'prometheus' | 'console')[];
  readonly logs: readonly ('otlp' | 'console')[];
}

/**
 * When the SDK that comes with the package runs (`LLM_OTEL_SDK`).
 * - `auto` (default): from the start, until the application registers an SDK of its own, which then gets everything.
 * - `eager`: from the start and to the end; the application's own registration is refused, as OpenTelemetry does with a second one.
 * - `lazy`: from the first span, meter or log record on, if nobody has registered an SDK by then; stands down like `auto`.
 * - `off`: never; calls are instrumented and go to whatever SDK the application registers.
 */
export type SdkMode = 'auto' | 'eager' | 'lazy' | 'off';

/** Reads {@link SdkMode}. */
export function sdkMode(env: Env): SdkMode {
  return envChoice(env, ['LLM_OTEL_SDK'], ['auto', 'eager', 'lazy', 'off'], 'auto');
}

/** Reads the exporter lists. Warns about what cannot be used. */
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
