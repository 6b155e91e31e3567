import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { optionPlace } from '../../config/config-place.ts';
import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import { load } from '../load.ts';
import type { ProcessItems } from '../queue/item-queue.ts';
import type { PipelineSteps } from '../steps/create-steps.ts';

/** What happens to the items of a pipeline with their batch. */
export interface ItemSteps<Item> {
  readonly process: ProcessItems<Item>;
  /** Sees items that start; undefined if no step asks. */
  readonly onStart: PipelineSteps<Item>['onStart'];
}

/**
 * The function `first`, and after the function the steps of a pipeline. Steps that cannot be used are reported, one line each.
 * @returns undefined if the pipeline cannot run: a step such as `redact` is never left out in silence
 */
export function stepsOf<Item extends ReadableSpan | ReadableLogRecord>(
  { name, signal, steps = [], stepSources }: PipelineSettings,
  first: ProcessItems<Item>,
  report: (problem: string) => void,
): ItemSteps<Item> | undefined {
  if (steps.length === 0 || stepSources === undefined || signal === 'metrics')
    return { process: first, onStart: undefined };
  const { createSteps } = load<typeof import('../steps/create-steps.ts')>('pipeline-steps');
  const made = createSteps<Item>(steps, optionPlace(`pipeline ${name}: steps`, report), {
    ...stepSources,
    pipeline: name,
    signal,
  });
  return made && { process: (items, drop) => made.process(first(items, drop), drop), onStart: made.onStart };
}
