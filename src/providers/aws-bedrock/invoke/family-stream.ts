/** Reader of streams in the forms of families without a format of their own. */
import type { ChunkKind, ResponseFacts, StreamReader, UsageFacts } from '../../../facts/call.ts';
import type { OutputMessage } from '../../../facts/messages.ts';
import { BoundedText } from '../../../telemetry/content/truncation.ts';
import { textPart } from '../../reading/content-parts.ts';
import { finishReasonField } from '../../reading/finish-reasons.ts';
import { asObject } from '../../reading/unknown-values.ts';
import { answersOf, reasonsOf, textOfFamily, usageOfFamily } from './families.ts';

/** One answer: none of these families streams several. */
export class FamilyReader implements StreamReader {
  #reason: string | undefined;
  #usage: UsageFacts | undefined;
  readonly #text: BoundedText | undefined;

  /** `limit`: bytes of text to keep of one part; `undefined`: content is not captured. */
  constructor(limit: number | undefined) {
    this.#text = limit === undefined ? undefined : new BoundedText(limit);
  }

  read(value: unknown): void {
    const event = asObject(value) ?? {};
    this.#reason = reasonsOf(event)[0] ?? this.#reason;
    // Llama sends the count of the prompt with the first chunk only.
    const { input, output } = usageOfFamily(event) ?? {};
    if (input !== undefined || output !== undefined)
      this.#usage = { input: input ?? this.#usage?.input, output: output ?? this.#usage?.output };
    if (this.#text !== undefined && event.is_finished !== true) this.#text.add(textOfFamily(answersOf(event)[0] ?? {}));
  }

  kind(value: unknown): ChunkKind | undefined {
    const event = asObject(value) ?? {};
    if (textOfFamily(answersOf(event)[0] ?? {}) !== undefined) return 'text';
    return event['amazon-bedrock-invocationMetrics'] === undefined ? undefined : 'usage';
  }

  facts(_complete: boolean): ResponseFacts {
    return { finishReasons: [this.#reason ?? 'error'], usage: this.#usage };
  }

  output(_complete: boolean): OutputMessage[] {
    const parts = this.#text === undefined ? [] : textPart('text', this.#text);
    return [{ role: 'assistant', parts, ...finishReasonField(this.#reason ?? 'error') }];
  }
}
