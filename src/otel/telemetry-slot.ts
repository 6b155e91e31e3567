import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { VERSION } from '../runtime/version.ts';
import type { LoggerProvider } from './globals.ts';

/** Shared by all copies of this package: the telemetry that `register` or `startTelemetry()` runs. */
const TELEMETRY = Symbol.for('@x/llm-otel.telemetry');

/** The telemetry of a process, whether the SDK of this package runs or an SDK of the application. */
export interface RunningTelemetry {
  /** False if telemetry is switched off, or cannot run. */
  readonly isEnabled: boolean;
  /** Providers of the SDK of this package; undefined for a signal that goes nowhere. Starts no SDK. */
  readonly trace: TracerProvider | undefined;
  readonly metrics: MeterProvider | undefined;
  readonly logs: LoggerProvider | undefined;
  /** `standby`: the SDK of the application has everything. */
  state(): 'running' | 'standby' | 'stopped' | 'off';
  /** Attributes of the resource; empty while no SDK of this package runs. */
  resource(): Readonly<Record<string, unknown>>;
  /** Address of the metrics for Prometheus; undefined if nothing serves the metrics. */
  prometheusUrl(): string | undefined;
  /** Hands over everything that was recorded, metrics included. Sends nothing by itself. */
  handOver(): Promise<void>;
  /** Sends everything and stops. True if everything arrived or was refused for good within `timeoutMs`. */
  stop(timeoutMs: number): Promise<boolean>;
}

/** Version of the copy of this package that has patched SDKs: `register` looks at the same symbol. */
const MARK = Symbol.for('@x/llm-otel.register');

const scope = globalThis as unknown as { [TELEMETRY]?: RunningTelemetry; [MARK]?: string };

/** The telemetry that runs in this process. */
export function runningTelemetry(): RunningTelemetry | undefined {
  return scope[TELEMETRY];
}

/** Makes `telemetry` the telemetry of this process: `register` then does nothing. */
export function setRunningTelemetry(telemetry: RunningTelemetry): void {
  scope[TELEMETRY] = telemetry;
  scope[MARK] ??= VERSION;
}

/** True if a copy of this package records calls already, maybe a copy that tells no more. */
export function hasStarted(): boolean {
  return scope[MARK] !== undefined;
}
