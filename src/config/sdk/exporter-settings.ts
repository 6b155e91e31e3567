import type { GlobLists } from '../../runtime/glob.ts';
import type { Target } from './export-target.ts';
import type { ModuleName } from './module-name.ts';
import type { Protocol } from './otlp-endpoint.ts';
import type { TreeSettings } from './tree-settings.ts';

/** One exporter of one signal. */
export type ExporterSettings =
  | { readonly kind: 'otlp'; readonly protocol: Protocol; readonly target: Target }
  | { readonly kind: 'zipkin'; readonly target: Target }
  | { readonly kind: 'console' }
  | { readonly kind: 'tree'; readonly tree: TreeSettings }
  | OtlpFileSettings
  | { readonly kind: 'memory'; readonly maxItems: number }
  | (ModuleName & { readonly kind: 'module'; readonly options: unknown })
  /** An exporter of `registerExporter()`. */
  | { readonly kind: 'registered'; readonly name: string; readonly options: unknown }
  | PrometheusSettings;

/** A Prometheus server reads metrics at this address. */
export interface PrometheusSettings {
  readonly kind: 'prometheus';
  readonly host: string;
  readonly port: number;
  /** Labels with the names of scopes; true by default. */
  readonly scopeInfo?: boolean;
  /** A metric that describes the resource; true by default. */
  readonly targetInfo?: boolean;
  /** By default `underscore_escaping_with_suffixes`. */
  readonly translation?: TranslationStrategy;
  /** Attributes of the resource that are labels of every metric; by default none. */
  readonly constantLabels?: GlobLists;
}

/** How names of metrics and attributes become names of Prometheus, as a configuration file says. */
export type TranslationStrategy =
  | 'underscore_escaping_with_suffixes'
  | 'underscore_escaping_without_suffixes/development'
  | 'no_utf8_escaping_with_suffixes/development'
  | 'no_translation/development';

/** OTLP JSON, one request a line. */
export interface OtlpFileSettings {
  readonly kind: 'otlp_file';
  /** Absolute path; null for stdout. */
  readonly path: string | null;
  /** Size in bytes at which the file is rotated; null: never. */
  readonly maxBytes: number | null;
  /** Files that are kept beside the newest file. */
  readonly maxFiles: number;
  /** Age in milliseconds at which the file is rotated; null: never. */
  readonly maxAge: number | null;
}
