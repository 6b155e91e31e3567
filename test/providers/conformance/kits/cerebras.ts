import type { Kit } from '../types.ts';
import { openaiShapedKit } from './openai-shaped.ts';
import { openaiWire } from './openai-wire.ts';

/** The SDK gives out an event when the next bytes come: a comment follows every event, so that no event waits. */
const followed = (frame: string): string => `${frame}:\n\n`;

/** Kit of the `@cerebras/cerebras_cloud_sdk` package. */
export const cerebras: Kit = openaiShapedKit({
  module: '@cerebras/cerebras_cloud_sdk',
  clientClass: 'Cerebras',
  instrumentation: 'CerebrasInstrumentation',
  files: ['index'],
  wire: {
    ...openaiWire,
    frames: openaiWire.frames.map(followed),
    usageFrames: openaiWire.usageFrames.map(followed),
    errorFrame: followed(openaiWire.errorFrame),
  },
  // The constructor sends a request of its own, no model call.
  clientOptions: { warmTCPConnection: false },
  features: () => ({ 'native-fetch': false }),
});
