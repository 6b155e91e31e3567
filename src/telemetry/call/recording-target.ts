import type { Tracer } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { Logger } from '../../otel/globals.ts';
import type { Metrics } from '../signals/metrics.ts';

/** Where one call, tool, agent or workflow is recorded. */
export interface RecordingTarget {
  readonly config: Config;
  readonly tracer: Tracer | undefined;
  readonly metrics: Metrics | undefined;
  /** A method, because the lookup takes time and most calls log nothing. Never throws. */
  logger(): Logger | undefined;
}
