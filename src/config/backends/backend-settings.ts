import type { Attributes } from '@opentelemetry/api';
import type { Signal } from '../sdk/export-target.ts';
import type { BackendKeys } from './backend-keys.ts';
import type { PresetName } from './preset-names.ts';

/** Headers of requests; a header whose key is missing is undefined. */
export type BackendHeaders = Readonly<Record<string, string | undefined>>;

/** How a product takes telemetry. */
export interface BackendSettings {
  /** The address before `/v1/traces`, `/v1/metrics` and `/v1/logs`. */
  readonly url: string;
  readonly signals: readonly Signal[];
  readonly headers?: BackendHeaders;
  /** More headers of a signal. */
  readonly headersOf?: Partial<Readonly<Record<Signal, BackendHeaders>>>;
  /** How spans are translated for the product. */
  readonly preset?: PresetName;
  /** The product takes, or prefers, metrics as differences. */
  readonly isDelta?: boolean;
  /** Attributes for the resource of spans. */
  readonly resource?: Attributes;
}

/** Reads the variables of a product. */
export type ReadBackend = (keys: BackendKeys) => BackendSettings;
