/** Content of streamed legacy completions, put together from their events. Used only while content is captured. */
import type { OutputMessage } from '../../facts/messages.ts';
import { BoundedText } from '../../telemetry/content/truncation.ts';
import { type ContentCollector, textPart } from '../reading/content-parts.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import { asObject } from '../reading/unknown-values.ts';

/** Events of `completions.create`. */
export class CompletionContentAccumulator implements ContentCollector {
  readonly #text: BoundedText;
  #reason: unknown;

  /** `partBytes`: `contentMaxPartBytes` */
  constructor(partBytes: number) {
    this.#text = new BoundedText(partBytes);
  }

  /** Adds one event. */
  add(value: unknown): void {
    const event = asObject(value);
    this.#text.add(event?.completion);
    this.#reason = event?.stop_reason ?? this.#reason;
  }

  /** The message so far. `complete`: the stream came to its end. */
  messages(complete: boolean): OutputMessage[] {
    const parts = textPart('text', this.#text);
    if (parts.length === 0) return [];
    return [{ role: 'assistant', parts, ...finishReasonField(this.#reason ?? (complete ? undefined : 'error')) }];
  }
}
