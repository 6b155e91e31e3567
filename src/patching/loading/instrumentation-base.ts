/**
 * `@opentelemetry/instrumentation`, if the package can be loaded. An application without OpenTelemetry, or with a part
 * of OpenTelemetry only, has to start and run as without this package.
 */
import type * as Instrumentation from '@opentelemetry/instrumentation';
import { info } from '../../runtime/log.ts';

function load(): typeof Instrumentation | undefined {
  try {
    // Bundlers recognise a literal name inside a `try`, and bundle the package if the package is installed.
    return require('@opentelemetry/instrumentation') as typeof Instrumentation;
  } catch {
    info(
      '@opentelemetry/instrumentation or @opentelemetry/api is not installed, the instrumentation classes do nothing.',
    );
    return undefined;
  }
}

/** Replaces the base class where OpenTelemetry is missing: the methods exist and do nothing. */
class NoopBase {
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

/** The exports of `@opentelemetry/instrumentation`; `undefined` if the package cannot be loaded. */
export const instrumentation = load();

/** The base class of OpenTelemetry's instrumentations; a class that does nothing if the package cannot be loaded. */
export const InstrumentationBase = (instrumentation?.InstrumentationBase ??
  NoopBase) as typeof Instrumentation.InstrumentationBase;
