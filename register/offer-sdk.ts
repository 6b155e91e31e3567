import { createRequire } from 'node:module';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Env } from '../src/config/env.ts';
import { resolveConfig } from '../src/config/options.ts';
import type { Signal } from '../src/config/sdk/export-target.ts';
import { destinationVariable, exporters } from '../src/config/sdk/exporters.ts';
import type { PipelineSettings } from '../src/config/sdk/pipeline-settings.ts';
import { type SdkMode, sdkMode } from '../src/config/sdk/sdk-mode.ts';
import { pipelinesOf, type SdkSettings, sdkSettings } from '../src/config/sdk/sdk-settings.ts';
import { settingsFromCode } from '../src/config/start/settings-from-code.ts';
import type { StartSettings } from '../src/config/start/telemetry-options.ts';
import { type LoggerProvider, reserveProviders } from '../src/otel/globals.ts';
import type { RunningTelemetry } from '../src/otel/telemetry-slot.ts';
import { load } from '../src/pipeline/load.ts';
import { loadPipelineOptions } from '../src/pipeline/load-pipeline-options.ts';
import type { RunningSdk } from '../src/pipeline/sdk/start-sdk.ts';
import { FLUSH_MS, flushAll } from '../src/pipeline/shipping/process-end.ts';
import { info, isLogged } from '../src/runtime/log.ts';
import { VERSION } from '../src/runtime/version.ts';
import { callsInWords, hasCalls } from '../src/telemetry/call/call-counts.ts';
import { measureChunkProcessing } from '../src/telemetry/call/chunk-processing.ts';
import { flushAtExit } from './exit.ts';
import { type ApiGlobals, type ApiPart, hasTracerProvider, watchApiGlobals } from './globals/api.ts';
import { type LogsGlobal, watchLogsGlobal } from './globals/api-logs.ts';
import { LateLoggerProvider, LateMeterProvider, LateTracerProvider, type Sources } from './globals/late-providers.ts';
import { noopProviders } from './globals/noop-providers.ts';
import { OwnPropagator } from './globals/own-propagator.ts';
import type { Variables } from './late-variables.ts';
import { orWarn } from './or-warn.ts';
import { tracingBeside } from './other-sdk/own-tracing.ts';
import { watchOtherProvider } from './other-sdk/watch-provider.ts';
import { listen } from './own-listeners.ts';

/** Names of the exporters of each signal. */
type Names = Readonly<Record<Signal, readonly string[]>>;

/** The SDK of this package, as far as others use the SDK. `running()` starts nothing. */
export interface OfferedSdk extends Pick<RunningTelemetry, 'trace' | 'metrics' | 'logs'> {
  running(): RunningSdk | undefined;
  /** True if the application has registered an SDK, which gets everything. */
  isStandingDown(): boolean;
}

/**
 * Starts the SDK that comes with the package, or leaves telemetry to the SDK of the application; see {@link sdkMode}.
 * @param start options of `startTelemetry()`
 * @param fromFile settings of a configuration file. Without options and file the environment is read when the SDK starts
 * @param hasAuto `LLM_OTEL_AUTO` is on
 */
export function offerSdk(
  variables: Variables,
  start: StartSettings | undefined,
  fromFile: SdkSettings | undefined,
  hasAuto: boolean,
): OfferedSdk | undefined {
  const fixed = start === undefined ? fromFile : settingsFromCode(start, loadPipelineOptions, fromFile);
  const mode = sdkMode(variables.atLoad);
  const names = fixed === undefined ? exporters(variables.atLoad) : namesOf(fixed);
  const reason = reasonAgainst(mode, names);
  tellCallsAtExit();
  if (reason === undefined) return registerLateProviders(variables, { names, mode, hasAuto }, fixed);
  info(`${VERSION}: ${reason}`);
  return undefined;
}

function namesOf(settings: SdkSettings): Names {
  const { traces, metrics, logs } = pipelinesOf(settings);
  const names = (pipelines: readonly PipelineSettings[]): string[] => pipelines.map(({ name }) => name);
  return { traces: names(traces), metrics: names(metrics), logs: names(logs) };
}

function reasonAgainst(mode: SdkMode, names: Names): string | undefined {
  if (mode === 'off') return 'LLM_OTEL_SDK=off, spans go to the SDK of the application';
  const none = Object.values(names).every(({ length }) => length === 0);
  return none ? 'every exporter is "none", no SDK is started' : undefined;
}

/** The SDK whose telemetry is sent at exit. */
let current: RunningSdk | undefined;

/** Without an SDK of ours nothing else tells whether model calls were recorded. The SDK of the application sends the spans. */
function tellCallsAtExit(): void {
  if (!isLogged('info')) return;
  listen('exit', () => {
    if (current === undefined && hasCalls())
      info(`${VERSION}: ${callsInWords()}; the SDK of the application has the spans`);
  });
}

/** Starts the SDK, and sends the last telemetry at exit. */
function startBundledSdk(settings: SdkSettings): RunningSdk {
  measureChunkProcessing(settings.processMetrics.includes('stream'));
  const sdk = load<typeof import('../src/pipeline/sdk/start-sdk.ts')>('pipeline-sdk').startSdk(settings);
  if (current === undefined)
    flushAtExit({
      flush: () => current?.flush() ?? Promise.resolve(),
      flushNow: () => current?.flushNow(),
      tellCounts: () => current?.tellCounts(callsInWords(), hasCalls()),
    });
  current = sdk;
  info(`${VERSION}: ${sdk.summary}`);
  return sdk;
}

/** How the SDK is offered. */
interface Offer {
  readonly names: Names;
  readonly mode: SdkMode;
  /** `LLM_OTEL_AUTO` is on. */
  readonly hasAuto: boolean;
}

function registerLateProviders(variables: Variables, { names, mode, hasAuto }: Offer, fixed?: SdkSettings): OfferedSdk {
  const env = variables.atLoad;
  const settings = (now: Env): SdkSettings => fixed ?? sdkSettings(now);
  const isEager = mode === 'eager';
  const isLate = hasTracerProvider() && !isEager;
  // Checked before the registration: otherwise an SDK that cannot load would fail at the first span of the application.
  let sdk = isLate ? undefined : mode === 'lazy' ? checkApi() : startBundledSdk(settings(env));
  const keepsMetrics =
    names.metrics.length > 0 && (fixed !== undefined || destinationVariable(env, 'metrics') !== undefined);
  let logsGlobal: LogsGlobal | undefined;
  const api: ApiGlobals = watchApiGlobals((part) => standDown(part));
  const failed = new Set<'sdk' | 'logs'>();
  // Called inside of calls of the application: so a part that cannot be loaded is withdrawn, and no error is thrown.
  const startedSdk = (): RunningSdk | undefined => {
    if (sdk !== undefined || failed.has('sdk')) {
      sdk = withLateVariables(sdk);
      return sdk;
    }
    sdk = orWarn('the SDK', () => startBundledSdk(settings(variables.atFirstCall())));
    if (sdk !== undefined) offerRest(sdk);
    else {
      failed.add('sdk');
      withdrawSignals();
    }
    return sdk;
  };
  let readAgain = fixed !== undefined;
  // Before the first span an SDK has recorded nothing, so another SDK can take its place without a loss.
  const withLateVariables = (from: RunningSdk | undefined): RunningSdk | undefined => {
    if (readAgain || from === undefined) return from;
    readAgain = true;
    if (variables.atFirstCall() === variables.atLoad) return from;
    from.stopMetrics();
    return orWarn('the SDK', () => startBundledSdk(sdkSettings(variables.atFirstCall()))) ?? from;
  };
  const startedLogs = (from: RunningSdk): LoggerProvider | undefined => {
    if (failed.has('logs')) return undefined;
    const provider = orWarn('the SDK for logs', () => from.logs?.());
    if (provider === undefined) {
      failed.add('logs');
      withdrawLogs();
    }
    return provider;
  };
  const withdrawLogs = (): void => {
    api.withdraw('logs');
    logsGlobal?.withdraw();
  };
  const withdrawSignals = (): void => {
    api.withdraw('trace');
    api.withdraw('metrics');
    withdrawLogs();
  };
  const offerRest = (from: RunningSdk): void => {
    api.offer('context', from.context);
    // The SDK of the application decides about propagation.
    if (from.propagation !== undefined && api.foreign('trace') === undefined)
      api.offer(
        'propagation',
        new OwnPropagator(from.propagation, {
          reachesProviders: resolveConfig({}, env).propagateToProviders,
          ownsHttp: hasAuto,
        }),
      );
  };

  const standDown = (part: ApiPart): void => {
    if (part === 'trace') {
      // An application with a tracer provider has an SDK, and the SDK decides about logs and propagation. Metrics with a
      // destination stay until the application registers a meter provider, and our context manager until the application
      // replaces the manager: without a context manager no span has a parent.
      api.withdraw('propagation');
      api.withdraw('trace');
      if (!keepsMetrics) api.withdraw('metrics');
      withdrawLogs();
      watchTaker();
    }
    if (part === 'logs') withdrawLogs();
    if (part !== 'trace' && part !== 'metrics') return;
    const provider = part === 'trace' ? 'tracer provider' : 'meter provider';
    info(
      isEager
        ? `the application registered a ${provider}; the telemetry of this package stays with our SDK (LLM_OTEL_SDK=eager)`
        : `the application registered a ${provider}, ours stands down`,
    );
    // Spans that were started with our SDK still end in our SDK, so tracing can still send, but starts no span any more.
    if (isEager) return;
    setImmediate(() => {
      if (api.foreign('metrics') !== undefined || !keepsMetrics) sdk?.stopMetrics();
      void sdk?.flush().catch(() => {});
    }).unref();
  };
  const watchTaker = (): void => {
    const taker = isEager ? undefined : (api.foreign('trace') as TracerProvider | undefined);
    if (taker !== undefined) watchOtherProvider(taker, env, metricsPlace);
  };
  const metricsPlace = (): string => {
    if (api.foreign('metrics') !== undefined) return 'to the meter provider of the application';
    return keepsMetrics ? `to the exporter of ours (${names.metrics.join(', ')})` : 'nowhere';
  };

  const sources = <Provider>(
    part: 'trace' | 'metrics' | 'logs',
    ours: (from: RunningSdk) => Provider | undefined,
  ): Sources<Provider> => ({
    foreign: () => api.foreign(part) as Provider | undefined,
    ours: () => {
      const from = startedSdk();
      return (from && ours(from)) ?? (noopProviders()[part] as Provider);
    },
    flush: () => (sdk === undefined ? Promise.resolve() : flushAndWait(sdk)),
  });
  // Late providers too: variables that are set late start another SDK of ours.
  const oursAlone: typeof sources = (part, ours) => ({ ...sources(part, ours), foreign: () => undefined });
  if (isLate) {
    info(`${VERSION}: an SDK is registered already, spans go there`);
    watchTaker();
  }
  const trace = new LateTracerProvider(sources<TracerProvider>('trace', (from) => from.trace));
  const metrics = new LateMeterProvider(sources<MeterProvider>('metrics', (from) => from.metrics));
  let logs: LateLoggerProvider | undefined;
  if (names.traces.length > 0) api.offer('trace', trace);
  if (isLate ? keepsMetrics : names.metrics.length > 0) api.offer('metrics', metrics);
  if (names.logs.length > 0 && !isLate) {
    const logSources = sources<LoggerProvider>('logs', startedLogs);
    const foreign = (): LoggerProvider | undefined =>
      logSources.foreign() ?? (logsGlobal?.foreign() as LoggerProvider | undefined);
    logs = new LateLoggerProvider({ ...logSources, foreign });
    api.offer('logs', logs);
    logsGlobal = watchLogsGlobal(logs, () => standDown('logs'));
  }
  if (sdk !== undefined) offerRest(sdk);
  if (sdk !== undefined && isEager)
    reserveProviders({
      trace: sdk.trace && tracingBeside(new LateTracerProvider(oursAlone('trace', (from) => from.trace))),
      metrics: sdk.metrics && new LateMeterProvider(oursAlone('metrics', (from) => from.metrics)),
      logs: sdk.logs && new LateLoggerProvider(oursAlone('logs', startedLogs)),
    });
  return {
    trace: names.traces.length > 0 ? trace : undefined,
    metrics: names.metrics.length > 0 ? metrics : undefined,
    logs,
    running: () => sdk,
    isStandingDown: () => api.foreign('trace') !== undefined,
  };
}

/** Throws if the SDK cannot load, because the API is missing. */
function checkApi(): undefined {
  createRequire(__filename).resolve('@opentelemetry/api');
}

async function flushAndWait(sdk: RunningSdk): Promise<void> {
  await sdk.flush();
  await flushAll(FLUSH_MS);
}
