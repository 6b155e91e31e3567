import type { Kit } from '../types.ts';
import { openaiShapedKit } from './openai-shaped.ts';

/** Kit of the `together-ai` package. */
export const together: Kit = openaiShapedKit({
  module: 'together-ai',
  clientClass: 'Together',
  instrumentation: 'TogetherInstrumentation',
});
