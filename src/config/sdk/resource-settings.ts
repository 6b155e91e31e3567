import type { AttributeValue } from '@opentelemetry/api';
import { type Env, envPairs, envText } from '../env.ts';

/** Settings of the resource: the source of the telemetry. */
export interface ResourceSettings {
  /** `OTEL_SERVICE_NAME`, else `service.name` of the attributes. */
  readonly serviceName: string | undefined;
  /** `OTEL_RESOURCE_ATTRIBUTES`, and attributes of options. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** Reads `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. */
export function resourceSettings(env: Env): ResourceSettings {
  const attributes = envPairs(env, 'OTEL_RESOURCE_ATTRIBUTES');
  return { serviceName: envText(env, 'OTEL_SERVICE_NAME') ?? attributes['service.name'], attributes };
}
