import type { TailSettings } from '../../config/sampling/tail-settings.ts';
import type { PipelineSettings, SpoolSettings } from '../../config/sdk/pipeline-settings.ts';
import { firstLine, warnOnce } from '../../runtime/log.ts';
import type { Destination } from '../batches/destination.ts';
import { CLOCK } from '../batches/pipeline-clock.ts';
import { load } from '../load.ts';
import { endWithProcess } from '../shipping/process-end.ts';
import { ReplayHost } from '../shipping/replay-host.ts';
import type { Spool } from '../spool/spool.ts';
import type { Tail, TailHost } from '../tail/tail.ts';
import { Pipeline, type PipelineParts } from './pipeline.ts';

/** A pipeline whatever its items are. */
export type AnyPipeline = Omit<Pipeline<object>, 'add' | 'addNow' | 'destination'>;

const running = new Set<AnyPipeline>();

/** All pipelines that run. */
export function runningPipelines(): readonly AnyPipeline[] {
  return [...running];
}

const watchers = new Set<(pipeline: AnyPipeline) => void>();

/** Calls `onStart` with each pipeline that runs, and with each that starts later, until the returned function is called. */
export function watchPipelines(onStart: (pipeline: AnyPipeline) => void): () => void {
  for (const pipeline of running) onStart(pipeline);
  watchers.add(onStart);
  return () => watchers.delete(onStart);
}

/** Makes a pipeline that sends what it holds when the process ends. What the settings do not switch on is not loaded. */
export function createPipeline<Item extends object>(
  settings: PipelineSettings,
  destination: Destination<Item>,
  parts: Omit<PipelineParts<Item>, 'destination'> = {},
): Pipeline<Item> {
  const sizing = settings.batch.adaptive
    ? load<typeof import('./adaptive.ts')>('pipeline-adaptive').adaptiveSizing(settings.batch)
    : undefined;
  const spool =
    settings.spool === null ? undefined : createSpool(settings, settings.spool, destination, () => pipeline);
  const createTail =
    settings.signal === 'traces' && settings.tail !== undefined ? tailOf(settings.name, settings.tail) : undefined;
  const pipeline: Pipeline<Item> = new Pipeline<Item>(settings, { sizing, spool, createTail, ...parts, destination });
  const leave = endWithProcess(pipeline);
  running.add(pipeline);
  for (const onStart of watchers) onStart(pipeline);
  pipeline.onShutdown(() => {
    leave();
    running.delete(pipeline);
  });
  return pipeline;
}

function tailOf(pipeline: string, settings: TailSettings): (host: TailHost) => Tail {
  const { createTail } = load<typeof import('../tail/tail-buffer.ts')>('pipeline-tail');
  return (host) => createTail(pipeline, settings, host);
}

/** The spool of a pipeline; undefined, with a warning, where the directory cannot be used or the exporter sends no requests. */
function createSpool<Item extends object>(
  { name, signal }: PipelineSettings,
  settings: SpoolSettings,
  destination: Destination<Item>,
  pipeline: () => Pipeline<Item>,
): Spool | undefined {
  if (destination.sendBody === undefined || signal === 'metrics') return undefined;
  try {
    const { DiskSpool } = load<typeof import('../spool/disk-spool.ts')>('pipeline-spool');
    const host = new ReplayHost({ pipeline: name, signal, destination, clock: CLOCK, running: pipeline });
    return new DiskSpool(settings, { host });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    warnOnce(
      `the spool ${settings.directory} cannot be used (${code ?? firstLine(error)}); the pipeline ${name} runs without a spool. Name a directory that this user can write to (LLM_OTEL_SPOOL or spool.directory).`,
    );
    return undefined;
  }
}
