import type { Context } from '@opentelemetry/api';
import type { ConfigPlace } from '../../config/config-place.ts';
import type { StepSources } from '../../config/sdk/pipeline-settings.ts';
import type { Draft } from './draft/draft.ts';

/** One step of a pipeline. */
export interface Step {
  /** Changes the draft. False: the item is dropped. */
  run(draft: Draft): boolean;
  /** An item whose step throws is dropped; by default the item goes on as the item was before the step. */
  readonly dropsFailed?: true;
  /** Sees an item that starts, with the context of the start. */
  onStart?(item: object, context: Context): void;
}

/** Makes a step of the options of a configuration. What cannot be used is refused at its place. */
export type CreateStep = (
  options: Readonly<Record<string, unknown>>,
  where: ConfigPlace,
  sources: StepSources,
) => Step | undefined;
