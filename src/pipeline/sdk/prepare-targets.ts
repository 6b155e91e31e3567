import type { PipelineSettings } from '../../config/sdk/pipeline-settings.ts';
import { prepare } from '../exporters/request-destination.ts';

/**
 * Loads what the requests of pipelines need. Called when a provider starts, because test tools such as nock replace functions of
 * `node:https` later, and would see requests of telemetry.
 */
export function prepareTargets(pipelines: readonly Pick<PipelineSettings, 'exporter'>[]): void {
  for (const { exporter } of pipelines) if ('target' in exporter) prepare(exporter.target);
}
