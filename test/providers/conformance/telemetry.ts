import type { RequestListener } from './transport.ts';
import type { Traced } from './types.ts';

/** What the child process needs of telemetry; a run without instrumentation has {@link NO_TELEMETRY}. */
export interface Telemetry {
  /** The SDK as the cases get it. */
  sdk(loaded: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  readonly onRequest: RequestListener;
  /** Runs `run` as an application's own operation. */
  inCase<T>(run: () => T): T;
  /** Id of the span that is active here. */
  active(): string | undefined;
  /** Whether every span that was started has ended. */
  quiet(): boolean;
  /** What the case that ran last left behind, and starts anew. */
  take(): Omit<Traced, 'marks' | 'insides'> | undefined;
}

/** Telemetry of the run that is compared against: OpenTelemetry is not even loaded. */
export const NO_TELEMETRY: Telemetry = {
  sdk: (loaded) => loaded,
  onRequest: () => () => undefined,
  inCase: (run) => run(),
  active: () => undefined,
  quiet: () => true,
  take: () => undefined,
};
