import type { Kit } from '../types.ts';
import { openaiShapedKit } from './openai-shaped.ts';

/** Kit of the `@cerebras/cerebras_cloud_sdk` package. */
export const cerebras: Kit = openaiShapedKit({
  module: '@cerebras/cerebras_cloud_sdk',
  clientClass: 'Cerebras',
  instrumentation: 'CerebrasInstrumentation',
  files: ['index'],
  // The constructor sends a request of its own, no model call.
  clientOptions: { warmTCPConnection: false },
  features: () => ({ 'native-fetch': false }),
});
