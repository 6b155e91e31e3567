import type { Modality } from './call.ts';

/** Token counts as sent by the provider; leave out counts that the provider did not send. */
export interface GenerationUsage {
  /** All input tokens, cached ones included. */
  readonly inputTokens?: number | undefined;
  /** All output tokens, reasoning included. */
  readonly outputTokens?: number | undefined;
  readonly totalTokens?: number | undefined;
  readonly cacheReadTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly inputByModality?: Partial<Record<Modality, number>> | undefined;
  readonly outputByModality?: Partial<Record<Modality, number>> | undefined;
  readonly cacheReadByModality?: Partial<Record<Modality, number>> | undefined;
}
