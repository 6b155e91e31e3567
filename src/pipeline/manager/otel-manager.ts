import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { type ProviderOptions, settingsOfProvider } from '../../config/start/settings-from-code.ts';
import {
  readTelemetryOptions,
  type StartSettings,
  type TelemetryOptions,
} from '../../config/start/telemetry-options.ts';
import { flush } from '../../otel/flush.ts';
import { globalLoggerProvider, type LoggerProvider, registeredProviders } from '../../otel/globals.ts';
import { NOOP_TRACER_PROVIDER } from '../../otel/noop-tracer-provider.ts';
import { hasStarted, type RunningTelemetry, runningTelemetry } from '../../otel/telemetry-slot.ts';
import { debug, firstLine, warnOnce } from '../../runtime/log.ts';
import { environment } from '../../runtime/platform.ts';
import { load } from '../load.ts';
import { loadPipelineOptions } from '../load-pipeline-options.ts';
import type { NamedProvider } from '../sdk/named-provider.ts';
import { type Status, status } from '../status.ts';
import { withinTimeout } from './within-timeout.ts';
import { inheritVariables, noteThread } from './worker-thread.ts';

/** The part of the build that `register` loads: a type, because this folder imports nothing of `register`. */
interface StartPart {
  startRegister(start: StartSettings): RunningTelemetry;
}

type SdkPart = typeof import('../sdk/start-sdk.ts');

/** Milliseconds that a flush may take where the caller names no time. */
const TIMEOUT_MS = 5000;

const OFF: RunningTelemetry = {
  isEnabled: false,
  state: () => 'off',
  trace: undefined,
  metrics: undefined,
  logs: undefined,
  resource: () => ({}),
  prometheusUrl: () => undefined,
  handOver: async () => {},
  stop: async () => true,
};

/**
 * The telemetry of this process, started from code. A process has one telemetry: where `register` or an earlier manager runs,
 * a manager stands for the telemetry that runs. No method throws, and no promise rejects.
 *
 * @example
 * const telemetry = new OTELManager({ serviceName: 'shop' });
 * telemetry.start();
 * const { OpenAI } = await import('openai'); // SDKs are imported after the start
 */
export class OTELManager {
  readonly #options: TelemetryOptions;
  readonly #named = new Map<string, NamedProvider>();
  #telemetry: RunningTelemetry | undefined;
  #shutdown: Promise<boolean> | undefined;

  /** @param options read when the manager starts */
  constructor(options: TelemetryOptions = {}) {
    this.#options = options ?? {};
  }

  /** Starts the SDK of this package, and the recording of SDKs that are imported afterwards. A second call does nothing. */
  start(): this {
    this.#telemetry ??= runningTelemetry() ?? this.#start();
    return this;
  }

  #start(): RunningTelemetry {
    try {
      noteThread();
      const settings = readTelemetryOptions(this.#options, inheritVariables(environment()));
      if (!settings.isEnabled) return OFF;
      if (hasStarted()) return { ...OFF, isEnabled: true, state: () => 'standby' };
      return load<StartPart>('register-main').startRegister(settings);
    } catch (error) {
      warnOnce(`telemetry could not be started, the application runs without: ${firstLine(error)}`);
      debug(error instanceof Error ? String(error.stack) : '');
      return OFF;
    }
  }

  /** False before the start, and if `OTEL_SDK_DISABLED`, `LLM_OTEL_ENABLED` or the option `enabled` switches telemetry off. */
  get enabled(): boolean {
    return this.#telemetry?.isEnabled ?? false;
  }

  /** Where Prometheus reads metrics; undefined if nothing serves the metrics, for instance because the port is in use. */
  get prometheusUrl(): string | undefined {
    return this.#telemetry?.prometheusUrl();
  }

  /** Attributes of the resource; empty while no SDK of this package runs. */
  get resource(): Readonly<Record<string, unknown>> {
    return this.#telemetry?.resource() ?? {};
  }

  /** The meter provider of the process; undefined if there is none. */
  get meterProvider(): MeterProvider | undefined {
    return this.#telemetry?.metrics ?? registeredProviders()?.metrics;
  }

  /** The logger provider of the process; undefined if there is none. */
  get loggerProvider(): LoggerProvider | undefined {
    return this.#telemetry?.logs ?? globalLoggerProvider();
  }

  /**
   * The tracer provider of the process, or the provider `name` of {@link addProvider}. A provider that does not exist records
   * nothing.
   */
  provider(name?: string): TracerProvider {
    if (name !== undefined) {
      const named = this.#named.get(name);
      if (named !== undefined) return named.provider;
      if (this.enabled)
        warnOnce(`no provider has the name ${name}: its spans are not recorded. Call addProvider() first.`);
      return NOOP_TRACER_PROVIDER;
    }
    return this.#telemetry?.trace ?? registeredProviders()?.trace ?? NOOP_TRACER_PROVIDER;
  }

  /**
   * Adds a tracer provider with a resource, a sampler and pipelines of its own, and returns the provider. Nothing is registered:
   * spans come from tracers of this provider alone.
   *
   * @example
   * const telemetry = startTelemetry();
   * telemetry.addProvider('evaluation', { pipelines: [{ exporter: { llm_otel_file: { path: 'evaluation.jsonl' } } }] });
   * telemetry.provider('evaluation').getTracer('evaluation').startSpan('case 1').end();
   */
  addProvider(name: string, options: ProviderOptions): TracerProvider {
    const before = this.#named.get(name);
    if (before !== undefined) {
      warnOnce(`addProvider: there is a provider ${name} already, and the provider stays.`);
      return before.provider;
    }
    if (!this.enabled || this.#shutdown !== undefined) return NOOP_TRACER_PROVIDER;
    try {
      const { env } = readTelemetryOptions(this.#options, inheritVariables(environment()));
      const named = load<SdkPart>('pipeline-sdk').startNamedProvider(
        settingsOfProvider(options, env, loadPipelineOptions),
      );
      this.#named.set(name, named);
      return named.provider;
    } catch (error) {
      warnOnce(`addProvider: the provider ${name} could not be started: ${firstLine(error)}`);
      return NOOP_TRACER_PROVIDER;
    }
  }

  /** Sends everything. False if not everything arrived, or was refused for good, within `timeout` milliseconds. */
  forceFlush(timeout: number = TIMEOUT_MS): Promise<boolean> {
    return withinTimeout(timeout, TIMEOUT_MS, async (ms) => {
      await this.#telemetry?.handOver();
      return flush(ms);
    });
  }

  /** Sends everything and stops for good. A second call returns the promise of the first. */
  shutdown(timeout: number = TIMEOUT_MS): Promise<boolean> {
    this.#shutdown ??= withinTimeout(timeout, TIMEOUT_MS, async (ms) => {
      const ends = [this.#telemetry?.stop(ms) ?? true, ...[...this.#named.values()].map((one) => one.shutdown(ms))];
      const sent = await Promise.all(ends);
      return sent.every(Boolean);
    });
    return this.#shutdown;
  }

  /** State of the telemetry of this process. */
  status(): Status {
    return status();
  }
}
