import { type Env, envText } from '../env.ts';

const TARGETS =
  /^(?:OTEL_\w+_EXPORTER|OTEL_EXPORTER_OTLP\w*|OTEL_CONFIG_FILE|OTEL_EXPERIMENTAL_CONFIG_FILE|LLM_OTEL_CONFIG|LLM_OTEL_BACKEND|LLM_OTEL_CONSOLE)$/;

/** Whether the variables say where telemetry goes. */
export const hasTarget = (env: Env): boolean =>
  Object.keys(env).some((name) => TARGETS.test(name) && envText(env, name) !== undefined);
