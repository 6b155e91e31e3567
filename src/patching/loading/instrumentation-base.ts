/**
 * `@opentelemetry/instrumentation`, if it can be loaded: an application that has no OpenTelemetry, or a part of it only, is
 * to start and run as if this package were not there.
 */
import type * as Instrumentation from '@opentelemetry/instrumentation';
import { info } from '../../runtime/log.ts';

function load(): typeof Instrumentation | undefined {
  try {
    // By name and in a `try`, which bundlers understand: they take it in if it is there.
    return require('@opentelemetry/instrumentation') as typeof Instrumentation;
  } catch {
    info(
      '@opentelemetry/instrumentation or @opentelemetry/api is not installed, the instrumentation classes do nothing.',
    );
    return undefined;
  }
}

/** Stands for the base class: it can be constructed and asked, and does nothing. */
class Absent {
  readonly instrumentationName: string;
  readonly instrumentationVersion: string;
  #config: object;

  constructor(name: string, version: string, config: object) {
    this.instrumentationName = name;
    this.instrumentationVersion = version;
    this.#config = { ...config, enabled: false };
  }

  enable(): void {}
  disable(): void {}
  isEnabled(): boolean {
    return false;
  }
  getConfig(): object {
    return this.#config;
  }
  setConfig(config: object): void {
    this.#config = config;
  }
  setTracerProvider(): void {}
  setMeterProvider(): void {}
  setLoggerProvider(): void {}
  getModuleDefinitions(): [] {
    return [];
  }
}

/** What there is of the package; `undefined` if it cannot be loaded. */
export const instrumentation = load();

/** The base class of OpenTelemetry's instrumentations. */
export const InstrumentationBase = (instrumentation?.InstrumentationBase ??
  Absent) as typeof Instrumentation.InstrumentationBase;
