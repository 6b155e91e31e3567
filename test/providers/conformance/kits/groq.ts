import type { Kit } from '../types.ts';
import { openaiShapedKit } from './openai-shaped.ts';

/** Kit of the `groq-sdk` package. */
export const groq: Kit = openaiShapedKit({
  module: 'groq-sdk',
  clientClass: 'Groq',
  instrumentation: 'GroqInstrumentation',
});
