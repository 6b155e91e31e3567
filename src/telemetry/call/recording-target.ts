import type { Tracer } from '@opentelemetry/api';
import type { Config } from '../../config/options.ts';
import type { Logger } from '../../otel/globals.ts';
import type { Metrics } from '../signals/metrics.ts';

/** What an operation records to. */
export interface RecordingTarget {
  readonly config: Config;
  readonly tracer: Tracer | undefined;
  readonly metrics: Metrics | undefined;
  /** Asked when there is something to log: most calls have nothing, and to look it up takes time. Never throws. */
  logger(): Logger | undefined;
}
