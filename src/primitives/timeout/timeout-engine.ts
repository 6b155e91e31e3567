import type { TimeoutCounts } from './timeout-counts.ts';
import type { TimeoutOptions } from './timeout-options.ts';

/** The parts of a layer of `createTimeout` that the fetch layer uses. */
export interface TimeoutEngine {
  readonly options: TimeoutOptions;
  readonly counts: TimeoutCounts;
}

/** Property of a layer of `createTimeout` with its engine, hidden from enumeration. */
export const TIMEOUT_ENGINE: unique symbol = Symbol('@x/llm-otel.timeout-engine');
