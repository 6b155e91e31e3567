import { JsonLogsSerializer, JsonMetricsSerializer, JsonTraceSerializer } from '@opentelemetry/otlp-transformer';

/** Serializer of traces. The exports of this file have the names of the signals: see exporters/index.ts. */
export const traces = JsonTraceSerializer;
/** Serializer of metrics. */
export const metrics = JsonMetricsSerializer;
/** Serializer of logs. */
export const logs = JsonLogsSerializer;
