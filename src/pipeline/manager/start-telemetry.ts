import type { TelemetryOptions } from '../../config/start/telemetry-options.ts';
import { OTELManager } from './otel-manager.ts';

/** Shared by all copies of this package. */
const MANAGER = Symbol.for('@x/llm-otel.manager');
const scope = globalThis as unknown as { [MANAGER]?: OTELManager };

/**
 * Does from code what `--import @x/llm-otel/register` does: starts the SDK, and records calls of SDKs that are imported
 * afterwards. A second call returns the first manager; under `register` the manager stands for the telemetry that runs, and the
 * options are not used. Never throws.
 *
 * @example
 * const telemetry = startTelemetry({ serviceName: 'shop', captureContent: 'SPAN_ONLY' });
 * const { OpenAI } = await import('openai');
 * // ...
 * await telemetry.shutdown();
 */
export function startTelemetry(options: TelemetryOptions = {}): OTELManager {
  scope[MANAGER] ??= new OTELManager(options);
  return scope[MANAGER].start();
}
