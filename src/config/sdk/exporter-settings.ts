import type { Target } from './export-target.ts';
import type { Protocol } from './otlp-endpoint.ts';
import type { TreeSettings } from './tree-settings.ts';

/** One exporter of one signal. */
export type ExporterSettings =
  | { readonly kind: 'otlp'; readonly protocol: Protocol; readonly target: Target }
  | { readonly kind: 'zipkin'; readonly target: Target }
  | { readonly kind: 'console' }
  | { readonly kind: 'tree'; readonly tree: TreeSettings }
  | { readonly kind: 'prometheus' };
