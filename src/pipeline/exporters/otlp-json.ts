import { JsonLogsSerializer, JsonMetricsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';

/** Serializers of OTLP JSON, by signal. */
export const traces = JsonTraceSerializer;
/** See {@link traces}. */
export const metrics = JsonMetricsSerializer;
/** See {@link traces}. */
export const logs = JsonLogsSerializer;
