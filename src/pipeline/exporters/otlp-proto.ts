import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';

/** Serializer of traces. The exports of this file have the names of the signals: see exporters/index.ts. */
export const traces = ProtobufTraceSerializer;
/** Serializer of metrics. */
export const metrics = ProtobufMetricsSerializer;
/** Serializer of logs. */
export const logs = ProtobufLogsSerializer;
