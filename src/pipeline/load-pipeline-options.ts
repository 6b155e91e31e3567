import type { ReadPipelines } from '../config/start/settings-from-code.ts';
import { load } from './load.ts';

/** Loads the part of the build that reads pipelines in code. */
export function loadPipelineOptions(): ReadPipelines {
  return load<typeof import('../config/file/options/read-pipeline-options.ts')>('pipeline-options').readPipelineOptions;
}
