/**
 * Content of a streamed answer, put together from the parts of the stream. Used only while content is captured. The budget
 * of a part bounds the kept text, so a long stream needs no more memory.
 */

import type { OutputMessage, Part } from '../../facts/messages.ts';
import { BoundedText } from '../../telemetry/content/truncation.ts';
import { type ContentCollector, textPart } from '../reading/content-parts.ts';
import { finishReasonField } from '../reading/finish-reasons.ts';
import { asObject, asString } from '../reading/unknown-values.ts';
import { vercelPartOf } from './content-parts.ts';
import { reasonOf } from './response.ts';

/** Most parts kept of one stream. */
const MAX_PARTS = 256;

/** A text that grows, or a complete part. */
type Piece = { readonly type: 'text' | 'reasoning'; readonly text: BoundedText } | { readonly whole: readonly Part[] };

/** Parts that the SDK sends complete. */
const WHOLE: ReadonlySet<unknown> = new Set(['tool-call', 'tool-result', 'file', 'reasoning-file', 'source']);

/** Collects the parts of `doStream`. */
export class PartsAccumulator implements ContentCollector {
  readonly #partBytes: number;
  readonly #pieces: Piece[] = [];
  readonly #open = new Map<string, BoundedText>();
  #finish: unknown;

  /** `partBytes`: `contentMaxPartBytes` */
  constructor(partBytes: number) {
    this.#partBytes = partBytes;
  }

  add(chunk: unknown): void {
    const part = asObject(chunk) ?? {};
    const { type } = part;
    if (type === 'text-delta' || type === 'reasoning-delta')
      this.#textOf(type === 'text-delta' ? 'text' : 'reasoning', asString(part.id) ?? '')?.add(part.delta);
    else if (type === 'finish') this.#finish = part.finishReason;
    else if (WHOLE.has(type) && this.#pieces.length < MAX_PARTS) this.#pieces.push({ whole: vercelPartOf(part) });
  }

  /** The key holds the type, because a text and a reasoning may share an id. */
  #textOf(type: 'text' | 'reasoning', id: string): BoundedText | undefined {
    const key = `${type} ${id}`;
    const openText = this.#open.get(key);
    if (openText !== undefined || this.#pieces.length >= MAX_PARTS) return openText;
    const text = new BoundedText(this.#partBytes);
    this.#open.set(key, text);
    this.#pieces.push({ type, text });
    return text;
  }

  messages(complete: boolean): OutputMessage[] {
    const parts = this.#pieces.flatMap((piece) => ('whole' in piece ? piece.whole : textPart(piece.type, piece.text)));
    const reason = reasonOf(this.#finish);
    if (parts.length === 0 && reason === undefined) return [];
    const finishReason = reason === undefined ? (complete ? undefined : 'error') : reason;
    return [{ role: 'assistant', parts, ...finishReasonField(finishReason) }];
  }
}
