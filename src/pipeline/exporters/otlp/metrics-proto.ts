import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { SerializeMetrics } from '../metrics-destination.ts';

/** Serializes metrics as OTLP protobuf. */
export const serializeMetrics: SerializeMetrics = (metrics) => ProtobufMetricsSerializer.serializeRequest(metrics);
