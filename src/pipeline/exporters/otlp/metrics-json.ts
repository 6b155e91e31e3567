import { JsonMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { SerializeMetrics } from '../metrics-destination.ts';

/** Serializes metrics as OTLP JSON. */
export const serializeMetrics: SerializeMetrics = (metrics) => JsonMetricsSerializer.serializeRequest(metrics);
