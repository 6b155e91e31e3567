import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach } from 'vitest';
import type { LlmOtelOptions } from '../../src/config/options.ts';
import { shareConfig } from '../../src/config/shared-config.ts';
import { configOf, metering, tracing } from '../telemetry/in-memory.ts';

/** What the application of a test records. */
export interface World {
  spans: ReturnType<typeof tracing>['spans'];
  collect: ReturnType<typeof metering>['collect'];
  /** Options as an application gives them to an instrumentation. */
  options(options: LlmOtelOptions): void;
}

/** Registers global providers for every test of a file. */
export function world(): World {
  let traces = tracing();
  let meters = metering();
  beforeEach(() => {
    traces = tracing();
    meters = metering();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(traces.provider);
    metrics.setGlobalMeterProvider(meters.provider);
    shareConfig(configOf());
  });
  afterEach(() => {
    context.disable();
    trace.disable();
    metrics.disable();
  });
  return {
    spans: () => traces.spans(),
    collect: () => meters.collect(),
    options: (options) => shareConfig(configOf(options)),
  };
}
