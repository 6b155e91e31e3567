import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';

/** Serializers of OTLP protobuf, by signal. */
export const traces = ProtobufTraceSerializer;
/** See {@link traces}. */
export const metrics = ProtobufMetricsSerializer;
/** See {@link traces}. */
export const logs = ProtobufLogsSerializer;
