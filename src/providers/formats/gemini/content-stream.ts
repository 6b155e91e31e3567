/**
 * Content of a streamed answer, put together from the chunks. Used only while content is captured. The budget of a part
 * bounds the kept text, so a long stream needs no more memory.
 */

import type { OutputMessage, Part } from '../../../facts/messages.ts';
import { decodedBytes } from '../../../telemetry/content/media.ts';
import { BoundedText } from '../../../telemetry/content/truncation.ts';
import { type ContentCollector, definedFields } from '../../reading/content-parts.ts';
import { asArray, asNumber, asObject, asString } from '../../reading/unknown-values.ts';
import { geminiFinishReasonField } from './content.ts';
import { geminiPartOf, modalityOf } from './content-parts.ts';
import { PartialArguments } from './partial-arguments.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Most candidates, and parts of one candidate, kept of one stream. */
const MAX_ENTRIES = 128;

interface Text {
  readonly kind: 'text' | 'reasoning';
  readonly text: BoundedText;
}

interface Call {
  readonly kind: 'call';
  readonly part: Part;
  readonly partial: PartialArguments;
}

interface Media {
  readonly kind: 'media';
  readonly mime: string | undefined;
  bytes: number;
}

interface Other {
  readonly kind: 'other';
  readonly part: Part;
}

interface Candidate {
  finish: unknown;
  calls: boolean;
  readonly entries: (Text | Call | Media | Other)[];
}

/** Collects the chunks of `streamGenerateContent`: text and media come in pieces, every other part comes complete. */
export class GenerateContentAccumulator implements ContentCollector {
  readonly #candidates = new Map<number, Candidate>();
  readonly #partBytes: number;

  /** `partBytes`: `contentMaxPartBytes` */
  constructor(partBytes: number) {
    this.#partBytes = partBytes;
  }

  add(chunk: unknown): void {
    for (const [position, entry] of (asArray(asObject(chunk)?.candidates) ?? []).entries()) {
      const fields = asObject(entry);
      const candidate = fields && this.#candidate(asNumber(fields.index) ?? position);
      if (fields === undefined || candidate === undefined) continue;
      candidate.finish = fields.finishReason || candidate.finish;
      for (const piece of asArray(asObject(fields.content)?.parts) ?? []) this.#piece(candidate, asObject(piece) ?? {});
    }
  }

  messages(complete: boolean): OutputMessage[] {
    return [...this.#candidates]
      .sort(([a], [b]) => a - b)
      .map(([, { entries, finish: reason, calls }]) => ({
        role: 'assistant',
        parts: entries.flatMap(entryParts),
        ...(reason === undefined && !complete ? { finish_reason: 'error' } : geminiFinishReasonField(reason, calls)),
      }));
  }

  #candidate(index: number): Candidate | undefined {
    const existing = this.#candidates.get(index);
    if (existing !== undefined || this.#candidates.size >= MAX_ENTRIES) return existing;
    const candidate: Candidate = { finish: undefined, calls: false, entries: [] };
    this.#candidates.set(index, candidate);
    return candidate;
  }

  #piece(candidate: Candidate, piece: Fields): void {
    const { entries } = candidate;
    const last = entries.at(-1);
    const call = asObject(piece.functionCall);
    const data = asObject(piece.inlineData);
    if (asString(piece.text) !== undefined) {
      const kind = piece.thought === true ? 'reasoning' : 'text';
      if (last?.kind === kind) last.text.add(piece.text);
      else push(entries, { kind, text: this.#text(piece.text) });
    } else if (call !== undefined) {
      candidate.calls = true;
      if (asString(call.name) !== undefined) this.#call(candidate, piece);
      // A piece without a name continues the previous call (Vertex AI, `streamFunctionCallArguments`).
      const open = entries.findLast((entry) => entry.kind === 'call');
      for (const edit of asArray(call.partialArgs) ?? []) open?.partial.apply(edit);
    } else if (data !== undefined) {
      const mime = asString(data.mimeType);
      const bytes = decodedBytes(asString(data.data) ?? '');
      if (last?.kind === 'media' && last.mime === mime) last.bytes += bytes;
      else push(entries, { kind: 'media', mime, bytes });
    } else for (const part of geminiPartOf(piece)) push(entries, { kind: 'other', part });
  }

  #call({ entries }: Candidate, piece: Fields): void {
    const [part] = geminiPartOf({ functionCall: piece.functionCall });
    if (part !== undefined) push(entries, { kind: 'call', part, partial: new PartialArguments(this.#partBytes) });
  }

  #text(delta: unknown): BoundedText {
    const text = new BoundedText(this.#partBytes);
    text.add(delta);
    return text;
  }
}

function push<T>(list: T[], entry: T): void {
  if (list.length < MAX_ENTRIES) list.push(entry);
}

function entryParts(entry: Text | Call | Media | Other): Part[] {
  switch (entry.kind) {
    case 'text':
    case 'reasoning':
      return [{ type: entry.kind, content: entry.text.text, ...entry.text.marks }];
    case 'call':
      return [entry.partial.empty ? entry.part : { ...entry.part, arguments: entry.partial.value }];
    case 'media': {
      // Streamed media is never kept, whatever the settings, because the size is not bounded.
      const { mime, bytes } = entry;
      const modality = modalityOf(mime);
      return [definedFields({ type: 'blob', modality, mime_type: mime, content: '', byte_length: bytes })];
    }
    default:
      return [entry.part];
  }
}
