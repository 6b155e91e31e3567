import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { load } from '../load.ts';
import type { ProcessItems } from '../queue/item-queue.ts';

/** The step `process`, and after the step the translation of each span by the presets `name`; without a name the step alone. */
export function withPreset(process: ProcessItems<ReadableSpan>, name: string | undefined): ProcessItems<ReadableSpan> {
  if (name === undefined) return process;
  const { createPreset } = load<typeof import('../presets/create-preset.ts')>('pipeline-preset');
  const translate = createPreset({ name, mode: 'copy' });
  return (items, drop) => process(items, drop).map(translate);
}
