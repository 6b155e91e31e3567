import { createRequire } from 'node:module';
import { envText } from '../src/config/env.ts';
import { sdkMode } from '../src/config/sdk/sdk-mode.ts';
import type { SdkSettings } from '../src/config/sdk/sdk-settings.ts';
import { readAuto } from '../src/config/start/auto-setting.ts';
import type { StartSettings } from '../src/config/start/telemetry-options.ts';
import { warnUnusable } from '../src/config/unusable-value.ts';
import { flush } from '../src/otel/flush.ts';
import { type RunningTelemetry, setRunningTelemetry } from '../src/otel/telemetry-slot.ts';
import { load } from '../src/pipeline/load.ts';
import { inheritVariables } from '../src/pipeline/manager/worker-thread.ts';
import { info, isLogged, warnOnce } from '../src/runtime/log.ts';
import { VERSION } from '../src/runtime/version.ts';
import { hasApiGlobal } from './globals/api.ts';
import { installHooks } from './install-hooks.ts';
import { Variables } from './late-variables.ts';
import type { OfferedSdk } from './offer-sdk.ts';
import { orWarn } from './or-warn.ts';
import { useConfigFile } from './use-config-file.ts';
import { shareVariables, watchWorkers } from './worker-threads.ts';

/**
 * The work of `register`, and of `startTelemetry()`, unless switched off. Never throws: the application must start.
 * @param start options of `startTelemetry()`
 */
export function startRegister(start?: StartSettings): RunningTelemetry {
  if (!canRecord()) {
    warnOnce(
      'nothing is recorded, because @opentelemetry/api cannot be found from @x/llm-otel. Install it beside: npm install @opentelemetry/api.',
    );
    return runTelemetry(undefined, false);
  }
  if (!isTestedNode(process.versions.node))
    info(`${VERSION}: Node ${process.versions.node} is not tested. Node 20.19, 22.15 and 24 are.`);
  const variables = new Variables(start?.env ?? inheritVariables(process.env));
  const file = orWarn('the configuration file', () => ({ says: useConfigFile(variables.atLoad) }));
  if (file === undefined || file.says === 'unusable' || file.says?.isDisabled) return runTelemetry(undefined, false);
  if (start === undefined) {
    shareVariables(variables.atLoad);
    orWarn('the watch of worker threads', watchWorkers);
  }
  const fromFile = file.says?.sdk;
  const auto = readAuto(variables.atLoad, file.says?.distribution.auto);
  const sdk = orWarn('the SDK', () => offerSdk(variables, start, fromFile, auto !== undefined));
  const recorded = orWarn('the instrumentation', () => installHooks(variables, start?.callOptions)) ?? [];
  if (auto !== undefined)
    orWarn('the instrumentations of OpenTelemetry', () =>
      load<typeof import('./auto/start-auto.ts')>('register-auto').startAuto(auto, {
        sdks: recorded,
        processMetrics: fromFile?.processMetrics,
        env: variables.atLoad,
      }),
    );
  const disabled = envText(process.env, 'OTEL_SDK_DISABLED');
  if (disabled !== undefined && disabled.toLowerCase() !== 'false')
    warnUnusable('OTEL_SDK_DISABLED', disabled, 'expected true or false', 'false');
  return runTelemetry(sdk, true);
}

/** Offers the SDK. Where the SDK never runs, and nobody reads what would be said of the SDK, its code is not loaded. */
function offerSdk(
  variables: Variables,
  start: StartSettings | undefined,
  fromFile: SdkSettings | undefined,
  hasAuto: boolean,
): OfferedSdk | undefined {
  if (sdkMode(variables.atLoad) === 'off' && !isLogged('info')) return undefined;
  return load<typeof import('./offer-sdk.ts')>('register-sdk').offerSdk(variables, start, fromFile, hasAuto);
}

/** Lets `startTelemetry()` and `OTELManager` find what runs. */
function runTelemetry(sdk: OfferedSdk | undefined, isEnabled: boolean): RunningTelemetry {
  let isStopped = false;
  const telemetry: RunningTelemetry = {
    isEnabled,
    state: () => {
      if (!isEnabled || isStopped) return isEnabled ? 'stopped' : 'off';
      return sdk?.running() === undefined || sdk.isStandingDown() ? 'standby' : 'running';
    },
    trace: sdk?.trace,
    metrics: sdk?.metrics,
    logs: sdk?.logs,
    resource: () => sdk?.running()?.resource ?? {},
    prometheusUrl: () => sdk?.running()?.prometheusUrl(),
    handOver: async () => void (await sdk?.running()?.flush()),
    stop: async (timeoutMs) => {
      isStopped = true;
      const [isFlushed, isShut] = await Promise.all([flush(timeoutMs), sdk?.running()?.shutdown(timeoutMs) ?? true]);
      return isFlushed && isShut;
    },
  };
  setRunningTelemetry(telemetry);
  return telemetry;
}

/** Least minor version of the tested release lines; a release line that is newer than the list is left to the engines of npm. */
const TESTED: Readonly<Record<string, number>> = { 18: Infinity, 20: 19, 21: Infinity, 22: 15, 23: Infinity };

/** Whether the tests run on such a version of Node. */
export function isTestedNode(version: string): boolean {
  const [major = '', minor] = version.split('.');
  return Number(minor) >= (TESTED[major] ?? 0);
}

/** Whether the API is there. With `LLM_OTEL_SDK=off` the API may be in a folder that only the application resolves. */
function canRecord(): boolean {
  if (hasApiGlobal() || sdkMode(process.env) === 'off') return true;
  try {
    createRequire(__filename).resolve('@opentelemetry/api');
    return true;
  } catch {
    return false;
  }
}
