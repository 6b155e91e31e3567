import type { Env } from '../../config/env.ts';
import { configSource } from '../../config/file/config-source.ts';
import { problemLine, readConfigFile } from '../../config/file/index.ts';
import type { Target } from '../../config/sdk/export-target.ts';
import { otlpTarget } from '../../config/sdk/otlp-endpoint.ts';
import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import { sdkSettings } from '../../config/sdk/sdk-settings.ts';
import { UsageError } from '../command.ts';

type StoredSignal = 'traces' | 'logs';

/** Finds where the requests of a pipeline go: the pipeline of that name, else the first over OTLP, else the OTLP endpoint. */
export function targetFinder(env: Env): (pipeline: string, signal: StoredSignal) => Target {
  const pipelines = pipelinesOf(env);
  return (pipeline, signal) => {
    const targets = pipelines[signal].flatMap(({ name, exporter }) =>
      exporter.kind === 'otlp' ? [{ name, target: exporter.target }] : [],
    );
    const found = targets.find(({ name }) => name === pipeline) ?? targets[0];
    return found?.target ?? otlpTarget(env, signal).target;
  };
}

function pipelinesOf(env: Env): Readonly<Record<StoredSignal, readonly PipelineSettings[]>> {
  const source = configSource(env);
  const file = source && readConfigFile(env, source);
  const [problem] = file?.problems ?? [];
  if (problem !== undefined) throw new UsageError(problemLine(problem));
  const { traces, logs } = file?.settings?.sdk ?? sdkSettings(env);
  return { traces: traces?.pipelines ?? [], logs: logs?.pipelines ?? [] };
}
