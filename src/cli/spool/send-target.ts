import type { Env } from '../../config/env.ts';
import { type ConfigSource, configSource } from '../../config/file/config-source.ts';
import type { Target } from '../../config/sdk/export-target.ts';
import type { ModuleName } from '../../config/sdk/module-name.ts';
import { otlpTarget } from '../../config/sdk/otlp-endpoint.ts';
import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import { type SdkSettings, sdkSettings } from '../../config/sdk/sdk-settings.ts';
import { load } from '../../pipeline/load.ts';
import { UsageError } from '../command.ts';

type StoredSignal = 'traces' | 'logs';

/** Where the requests of a pipeline go, and the module that decrypts the files. */
export interface SendTarget {
  readonly target: Target;
  /** Null where the configuration names no module. */
  readonly encryption: ModuleName | null;
}

/** Finds the target of a pipeline: the pipeline of that name, else the first over OTLP, else the OTLP endpoint. */
export function targetFinder(env: Env): (pipeline: string, signal: StoredSignal) => SendTarget {
  const pipelines = pipelinesOf(env);
  return (pipeline, signal) => {
    const targets = pipelines[signal].flatMap(({ name, exporter, spool }) =>
      exporter.kind === 'otlp' ? [{ name, target: exporter.target, encryption: spool?.encryption ?? null }] : [],
    );
    const found = targets.find(({ name }) => name === pipeline) ?? targets[0];
    return found ?? { target: otlpTarget(env, signal).target, encryption: null };
  };
}

function settingsOf(env: Env, source: ConfigSource): SdkSettings {
  const { problemLine, readConfigFile } = load<typeof import('../../pipeline/config-file.ts')>('config-file');
  const { settings, problems } = readConfigFile(env, source);
  if (settings === undefined) throw new UsageError(problems.slice(0, 1).map(problemLine).join());
  return settings.sdk;
}

function pipelinesOf(env: Env): Readonly<Record<StoredSignal, readonly PipelineSettings[]>> {
  const source = configSource(env);
  const { traces, logs } = source === undefined ? sdkSettings(env) : settingsOf(env, source);
  return { traces: traces?.pipelines ?? [], logs: logs?.pipelines ?? [] };
}
