import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import type { Destination } from '../batches/destination.ts';
import { load } from '../load.ts';
import { endWithProcess } from '../shipping/process-end.ts';
import { Pipeline, type PipelineParts } from './pipeline.ts';

/** A pipeline whatever its items are. */
export type AnyPipeline = Omit<Pipeline<object>, 'add' | 'addNow' | 'destination'>;

const running = new Set<AnyPipeline>();

/** All pipelines that run. */
export function runningPipelines(): readonly AnyPipeline[] {
  return [...running];
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
  const pipeline = new Pipeline<Item>(settings, { sizing, ...parts, destination });
  const leave = endWithProcess(pipeline);
  running.add(pipeline);
  pipeline.onShutdown(() => {
    leave();
    running.delete(pipeline);
  });
  return pipeline;
}
