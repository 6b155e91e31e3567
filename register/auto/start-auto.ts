/** `LLM_OTEL_AUTO`: instrumentations of OpenTelemetry beside ours. A part of the build of its own, loaded only when the setting is on. */

import type { Env } from '../../src/config/env.ts';
import { type ProcessMetricsGroup, readProcessMetrics } from '../../src/config/sdk/sdk-settings.ts';
import type { AutoSetting } from '../../src/config/start/auto-setting.ts';
import { info } from '../../src/runtime/log.ts';
import { hookImports } from './hook-imports.ts';
import { ownedInstrumentations, shortName } from './instrumentation-names.ts';
import { loadInstrumentations } from './load-instrumentations.ts';

/** What this package records itself. */
export interface OwnRecording {
  /** npm names of the SDKs that this package records. */
  readonly sdks: readonly string[];
  /** Metrics about the process; undefined: what the environment says. */
  readonly processMetrics: readonly ProcessMetricsGroup[] | undefined;
  readonly env: Env;
}

/** Starts the instrumentations. They record with the providers that are registered in OpenTelemetry's API. */
export function startAuto(setting: AutoSetting, { sdks, processMetrics, env }: OwnRecording): void {
  const owned = ownedInstrumentations(sdks, processMetrics ?? readProcessMetrics(env));
  const { instrumentations, packages } = loadInstrumentations(setting, owned);
  hookImports(instrumentations, packages);
  const names = instrumentations.map(({ instrumentationName }) => shortName(instrumentationName ?? 'unnamed'));
  if (names.length > 0) info(`instrumentations of OpenTelemetry: ${names.join(', ')}.`);
}
