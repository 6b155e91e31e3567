import type { Attributes } from '@opentelemetry/api';
import { type Env, envPairs, envText } from '../env.ts';
import type { GlobLists } from './metrics-settings.ts';

/** The source of the telemetry, as far as the user has described the source. */
export interface ResourceSettings {
  /** `OTEL_SERVICE_NAME`, else `service.name` of the attributes. */
  readonly serviceName: string | undefined;
  /** `OTEL_RESOURCE_ATTRIBUTES`, and attributes of options. */
  readonly attributes: Attributes;
  readonly schemaUrl?: string;
  /** What is detected; undefined: the defaults. */
  readonly detection?: DetectionSettings;
}

/** Names of detectors and which of their attributes are kept. */
export interface DetectionSettings {
  readonly detectors: readonly string[];
  readonly attributes: GlobLists;
}

/** Reads `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. */
export function resourceSettings(env: Env): ResourceSettings {
  const attributes = envPairs(env, 'OTEL_RESOURCE_ATTRIBUTES');
  return { serviceName: envText(env, 'OTEL_SERVICE_NAME') ?? attributes['service.name'], attributes };
}
