import type { Attributes } from '@opentelemetry/api';
import type { GlobLists } from '../../runtime/glob.ts';
import { type Env, envList, envPairs, envText } from '../env.ts';

/** Detectors of the resource: what is found out about the process and its place. */
export const DETECTORS = [
  'env',
  'host',
  'os',
  'process',
  'serviceinstance',
  'service',
  'container',
  'k8s',
  'aws',
  'gcp',
  'azure',
  'alibaba',
] as const;

/** A name of `OTEL_NODE_RESOURCE_DETECTORS`. */
export type DetectorName = (typeof DETECTORS)[number];

/** Without a setting: everything that is known at once. */
export const DEFAULT_DETECTORS = [
  'env',
  'host',
  'process',
  'serviceinstance',
  'service',
] as const satisfies DetectorName[];

/** The source of the telemetry, as far as the user has described the source. */
export interface ResourceSettings {
  /** `OTEL_SERVICE_NAME`, else `service.name` of the attributes. */
  readonly serviceName: string | undefined;
  /** `OTEL_RESOURCE_ATTRIBUTES`, and attributes of options. */
  readonly attributes: Attributes;
  readonly schemaUrl?: string;
  readonly detectors: readonly DetectorName[];
  /** Which detected attributes are kept; undefined: all. */
  readonly detected?: GlobLists;
}

/** Reads `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_NODE_RESOURCE_DETECTORS`. */
export function resourceSettings(env: Env): ResourceSettings {
  const detectors = detectorNames(env);
  const attributes = detectors.includes('env') ? envPairs(env, 'OTEL_RESOURCE_ATTRIBUTES') : {};
  return { serviceName: envText(env, 'OTEL_SERVICE_NAME') ?? attributes['service.name'], attributes, detectors };
}

function detectorNames(env: Env): readonly DetectorName[] {
  const names = envList(env, 'OTEL_NODE_RESOURCE_DETECTORS', [...DETECTORS, 'all'] as const, DEFAULT_DETECTORS);
  return names.includes('all') ? DETECTORS : names.filter((name) => name !== 'all');
}
