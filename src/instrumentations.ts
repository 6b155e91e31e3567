import { LlmInstrumentation, type LlmInstrumentationConfig } from './patching/instrumentation.ts';
import { openai } from './providers/openai/index.ts';
import type { Provider } from './providers/provider.ts';

/** Records the calls of the `openai` SDK, 4.x to 7.x: chat, responses, embeddings, images, audio, moderation, search. */
export class OpenAIInstrumentation extends LlmInstrumentation {
  /** @param options see {@link LlmInstrumentationConfig}; what is missing comes from the environment. */
  constructor(options: LlmInstrumentationConfig = {}) {
    super(openai, options);
  }

  protected override provider(): Provider {
    return openai;
  }
}

/**
 * All instrumentations of this package, for `new NodeSDK({ instrumentations: [getLlmInstrumentations()] })` or
 * `registerInstrumentations`.
 * @param options for every one of them
 */
export function getLlmInstrumentations(options: LlmInstrumentationConfig = {}): LlmInstrumentation[] {
  return [new OpenAIInstrumentation(options)];
}
